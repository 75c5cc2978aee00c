def list_users(db):
    return db.scalars(select(User).where(User.team_id == team_id, User.active)).all()
