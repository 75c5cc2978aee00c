routers = users, items, products
