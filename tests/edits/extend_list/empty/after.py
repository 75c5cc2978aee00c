routers = [products]
