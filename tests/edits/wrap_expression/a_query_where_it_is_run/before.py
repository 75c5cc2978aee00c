def list_users(db):
    return db.scalars(select(User).order_by(User.name)).all()  # by name
