def list_users(db):
    return (
        order.apply(
            db.query(User)
            .filter(User.active)
        )
        .all()
    )
