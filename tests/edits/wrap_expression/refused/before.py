def list_users(db):
    return db.query(User).all()
