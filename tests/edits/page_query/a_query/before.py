def users(db):
    return [str(user) for user in db.query(User).filter(User.active).all()]
