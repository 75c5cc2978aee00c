from fastapi import FastAPI

from app.routers import private, products, users
from app.settings import settings

app = FastAPI()
app.include_router(users.router)
app.include_router(products.router)

if settings.private:
    app.include_router(private.router)
