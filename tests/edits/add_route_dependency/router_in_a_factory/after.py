from fastapi import APIRouter, Depends

from app.auth import get_current_user


def products(prefix: str) -> APIRouter:
    if prefix:
        router = APIRouter(prefix=prefix, dependencies=[Depends(get_current_user)])
    return router
