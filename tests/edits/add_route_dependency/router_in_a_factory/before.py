from fastapi import APIRouter


def products(prefix: str) -> APIRouter:
    if prefix:
        router = APIRouter(prefix=prefix)
    return router
