from fastapi import FastAPI

from app.routers import users


def make():
    app = FastAPI()

    def include():
        app.include_router(users.router)

    include()
    return app
