def users(db):
    for user in page.all(db.query(User)):
        print(user)
