async def tasks(session):
    tasks = (
        (await page.execute(session, select(Task).order_by(Task.name))).scalars().all()
    )
    return tasks
