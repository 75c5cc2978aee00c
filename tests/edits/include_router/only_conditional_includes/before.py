from fastapi import FastAPI

from app.routers import private
from app.settings import settings

app = FastAPI()
if settings.private:
    app.include_router(private.router)
