def make():
    app = FastAPI()
    for router in (
        accounts_router,
        customers_router,
        orders_router,
        products_router,
    ):
        app.include_router(router)
    return app
