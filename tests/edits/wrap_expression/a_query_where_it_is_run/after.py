def list_users(db):
    return db.scalars(order.apply(select(User).order_by(User.name))).all()  # by name
