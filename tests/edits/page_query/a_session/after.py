async def users(session):
    return (await page.scalars(session, select(User))).all()
