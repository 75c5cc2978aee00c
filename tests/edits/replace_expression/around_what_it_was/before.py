def users(db):
    return users
