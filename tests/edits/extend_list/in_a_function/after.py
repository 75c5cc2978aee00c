def create_app():
    routers = [
        (users.router, "/users"),
        (items.router, "/items"),
        (products.router, "/products"),
    ]
    for router, prefix in routers:
        include(router, prefix)
