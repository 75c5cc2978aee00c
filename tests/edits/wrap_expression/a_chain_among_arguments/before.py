def list_users(db):
    rows = db.scalars(
        select(User)
        # those who may sign in
        .where(User.active)
        .order_by(
            User.name,
        )
    )
    return rows.all()
