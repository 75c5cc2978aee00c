from fastapi import FastAPI

from app.routers import products, users


def make():
    app = FastAPI()

    def include():
        app.include_router(users.router)
        app.include_router(products.router)

    include()
    return app
