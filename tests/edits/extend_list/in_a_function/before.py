def create_app():
    routers = [
        (users.router, "/users"),
        (items.router, "/items"),
    ]
    for router, prefix in routers:
        include(router, prefix)
