def read_items(session, skip, limit):
    if skip:
        statement = (
            select(Item).order_by(col(Item.created_at).desc()).offset(skip).limit(limit)
        )
    return statement
