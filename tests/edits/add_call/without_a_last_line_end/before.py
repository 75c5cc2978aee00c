def register(app):
    # x
    app.add_middleware(y)

    # z
    app.add_exception_handler(C, d)