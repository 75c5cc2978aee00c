from fastapi import FastAPI

from app.errors import Missing, on_missing


def create_app():
    app = FastAPI()
    app.add_exception_handler(Missing, on_missing)
    return app
