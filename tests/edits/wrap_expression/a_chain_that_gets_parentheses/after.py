def read_items(session, skip, limit):
    return (
        filters.apply(session.query(Item))
        .order_by(Item.created_at)
        .offset(skip)
        .limit(limit)
        .all()
    )
