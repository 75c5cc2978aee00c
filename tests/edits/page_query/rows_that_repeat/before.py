def users(db):
    return db.execute(statement).unique().scalars().all()
