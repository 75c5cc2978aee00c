def users(db, page=1):
    return []
