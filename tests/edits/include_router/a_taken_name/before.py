from fastapi import FastAPI

from app.models import products
from app.routers import users

app = FastAPI()
app.include_router(users.router)
print(products)
