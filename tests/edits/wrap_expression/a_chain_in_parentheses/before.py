def list_users(db):
    query = (
        db.query(User)
        .filter(User.active)
    )
    return query.all()
