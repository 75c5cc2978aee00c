from fastapi import FastAPI

from app.routers import private, products
from app.settings import settings

app = FastAPI()
if settings.private:
    app.include_router(private.router)

app.include_router(products.router)
