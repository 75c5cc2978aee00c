def setup(app):
    for router, prefix in [
        (users.router, "/users"),
        (products.router, "/products"),
    ]:
        app.include_router(router, prefix=prefix)
