def read_users(db):
    users = crud.get_users( db )  # all of them
    return users
