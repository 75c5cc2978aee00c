from fastapi import FastAPI

from app.routers import items, products, users

app = FastAPI()
# fmt: off
app.include_router(users.router, prefix="/users",       tags=["users"])
app.include_router(items.router, prefix="/more/items",  tags=["items"])
app.include_router(products.router, prefix="/products", tags=["products"])
# fmt: on
