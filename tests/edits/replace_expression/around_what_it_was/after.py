def users(db):
    return {"items": users, "next": page.next}
