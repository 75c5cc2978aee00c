def users(db, active):
    return get_users(
        db,
        active,
        page=page,
    )
