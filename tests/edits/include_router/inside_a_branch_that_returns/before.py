from fastapi import FastAPI
from app.routers import users


def create_app(x):
    app = FastAPI()
    if x:
        return app
    else:
        app.include_router(users.router)
        return app
