def list_users(db):
    query = order.apply(
        db.query(User)
        .filter(User.active)
    )
    return query.all()
