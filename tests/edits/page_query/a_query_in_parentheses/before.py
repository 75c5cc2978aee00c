def users(db):
    return (
        db.query(User)
        .filter(User.active)
        .all()
    )
