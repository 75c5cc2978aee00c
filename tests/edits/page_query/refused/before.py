def others(db):
    return db.scalars(statement)
