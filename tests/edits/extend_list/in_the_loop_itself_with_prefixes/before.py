def setup(app):
    for router, prefix in [
        (users.router, "/users"),
    ]:
        app.include_router(router, prefix=prefix)
