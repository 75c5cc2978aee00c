async def users(session):
    return (await session.scalars(select(User))).all()
