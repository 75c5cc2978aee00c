def users(db):
    return page.with_headers(
        JSONResponse(jsonable_encoder([UserOut.model_validate(user) for user in users]))
    )
