async def tasks(session):
    tasks = (await session.execute(select(Task).order_by(Task.name))).scalars().all()
    return tasks
