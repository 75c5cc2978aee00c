from fastapi import FastAPI

from app.routers import products, users

app = FastAPI()
app.include_router(
    users.router,
    prefix="/users",
)
app.include_router(users.admin)
app.include_router(
    products.router,
    prefix="/products",
    tags=["products"],
)
