async def list_users(session, page, filters):
    result = await page.scalars(
        session, filters.apply(select(User)).order_by(User.name)
    )
    return result.all()
