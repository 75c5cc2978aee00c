from fastapi import FastAPI

from app.routers import private, users
from app.settings import settings

app = FastAPI()
app.include_router(users.router)

if settings.private:
    app.include_router(private.router)
