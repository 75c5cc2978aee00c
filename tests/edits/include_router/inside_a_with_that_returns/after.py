from fastapi import FastAPI
from app.routers import products, users


def create_app(x):
    with lock:
        app = FastAPI()
        app.add_middleware(x)
        app.include_router(products.router)
        return app
