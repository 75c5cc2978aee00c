def users(db):
    return page.all(
        db.query(User)
        .filter(User.active)
    )
