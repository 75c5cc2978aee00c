from fastapi import APIRouter, FastAPI

from app.routers import admin, products, users

app = FastAPI()
api = APIRouter(prefix="/api")

api.include_router(users.router)
api.include_router(products.router)
app.include_router(admin.router)
app.include_router(api)
