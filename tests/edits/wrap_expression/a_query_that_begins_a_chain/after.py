def list_users(db):
    return (
        filters.apply(db.query(User))
        .filter(User.active)
        .all()
    )
