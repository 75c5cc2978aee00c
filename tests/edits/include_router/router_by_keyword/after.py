from fastapi import FastAPI

from app.routers import products, users

app = FastAPI()
app.include_router(router=users.router, prefix="/users")
app.include_router(router=products.router, prefix="/products")
