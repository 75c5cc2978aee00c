from fastapi import FastAPI
from app.routers import items; from app.routers import users
from app.routers import products

app = FastAPI()
app.include_router(users.router); app.include_router(items.router)
app.include_router(products.router)
print("ready")
