def users(db):
    return get_all(db)
