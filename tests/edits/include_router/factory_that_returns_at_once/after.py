from fastapi import FastAPI

from app.routers import products


def create_app():
    app = FastAPI()
    app.include_router(products.router)
    return app


app = create_app()
