def register(app):
    # x
    app.add_middleware(y)

    app.add_exception_handler(A, b)

    # z
    app.add_exception_handler(C, d)