def users(db):
    for user in db.query(User):
        print(user)
