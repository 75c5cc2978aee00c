from fastapi import FastAPI

from app.routers import products


def register_routers(application: FastAPI) -> None:
    """Include every router."""

    application.include_router(products.router)
