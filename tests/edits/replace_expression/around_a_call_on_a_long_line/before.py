def users(db):
    return JSONResponse(jsonable_encoder([UserOut.model_validate(user) for user in users]))
