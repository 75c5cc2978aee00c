from fastapi import APIRouter

from app.api.routes import parts, warehouses

api_router = APIRouter()
api_router.include_router(warehouses.router)
api_router.include_router(parts.router)
