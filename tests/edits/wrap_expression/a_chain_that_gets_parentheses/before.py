def read_items(session, skip, limit):
    return session.query(Item).order_by(Item.created_at).offset(skip).limit(limit).all()
