from fastapi import FastAPI
from app.routers import users


def create_app(x):
    if x:
        app = FastAPI()
        app.include_router(users.router)
        return app
    else:
        app = FastAPI(debug=True)
        app.include_router(users.router)
        return app
