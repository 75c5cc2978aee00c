def list_users(db):
    return db.scalars(
        filters.apply(select(User)).where(User.team_id == team_id, User.active)
    ).all()
