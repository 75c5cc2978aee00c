from fastapi import FastAPI

from app.routers import users
from app.timing import timed


def create_app():
    app = FastAPI()
    with timed("routers"):
        app.include_router(users.router)
    return app
