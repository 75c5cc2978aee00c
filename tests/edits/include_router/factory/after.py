from fastapi import FastAPI

from app.routers import products, users


def create_app() -> FastAPI:
    app = FastAPI()
    app.include_router(users.router)
    app.include_router(products.router)
    return app
