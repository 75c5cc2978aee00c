from fastapi import FastAPI
from app.routers import products, users


def create_app(x):
    app = FastAPI()
    if x:
        return app
    else:
        app.include_router(users.router)
        app.include_router(products.router)
        return app
