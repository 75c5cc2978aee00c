from fastapi import FastAPI

from app.routers import products

app = FastAPI()
try:
    from app.routers import users

    app.include_router(users.router)
except ImportError:
    print("no users")

app.include_router(products.router)
