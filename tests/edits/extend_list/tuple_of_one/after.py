routers = (users, products)
