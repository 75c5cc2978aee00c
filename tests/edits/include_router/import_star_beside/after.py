from fastapi import FastAPI
from app.routers import *
from app.routers import products

app = FastAPI()
app.include_router(users.router)
app.include_router(products.router)
