routers = users, items
