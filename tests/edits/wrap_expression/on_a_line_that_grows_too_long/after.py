def list_users(db):
    return db.scalars(
        order.apply(select(User).where(User.team_id == team_id, User.active))
    ).all()
