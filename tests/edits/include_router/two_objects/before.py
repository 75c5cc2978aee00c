from fastapi import APIRouter, FastAPI

from app.routers import admin, users

app = FastAPI()
api = APIRouter(prefix="/api")

api.include_router(users.router)
app.include_router(admin.router)
app.include_router(api)
