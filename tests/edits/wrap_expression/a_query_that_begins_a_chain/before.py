def list_users(db):
    return (
        db.query(User)
        .filter(User.active)
        .all()
    )
