def users(db):
    return page.execute(db, statement, unique=True).unique().scalars().all()
