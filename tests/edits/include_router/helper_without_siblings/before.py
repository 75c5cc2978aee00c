from fastapi import FastAPI


def register_routers(application: FastAPI) -> None:
    """Include every router."""
