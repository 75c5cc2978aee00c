from fastapi import APIRouter

from . import items, users

api_router = APIRouter(prefix="/api/v1")
api_router.include_router(items.router)
api_router.include_router(users.router)

__all__ = ["api_router"]
