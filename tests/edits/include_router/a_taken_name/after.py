from fastapi import FastAPI

from app.models import products
from app.routers import products as products_router
from app.routers import users

app = FastAPI()
app.include_router(users.router)
app.include_router(products_router.router)
print(products)
