def users(db):
    users = all_users(db)
    return {"data": users, "count": len(users)}
