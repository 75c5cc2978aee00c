def users(db):
    return [str(user) for user in page.all(db.query(User).filter(User.active))]
