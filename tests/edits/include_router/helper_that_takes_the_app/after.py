from fastapi import FastAPI

from app.routers import products, users


def register_routers(app: FastAPI) -> None:
    """Include every router."""
    app.include_router(users.router)
    app.include_router(products.router)


def register_handlers(app: FastAPI) -> None:
    app.add_exception_handler(ValueError, print)
