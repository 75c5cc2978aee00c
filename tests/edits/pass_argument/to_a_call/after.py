def read_users(db):
    users = crud.get_users( db, page=page )  # all of them
    return users
