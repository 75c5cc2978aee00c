from fastapi import FastAPI
from app.routers import users


def create_app(x):
    with lock:
        app = FastAPI()
        app.add_middleware(x)
        return app
