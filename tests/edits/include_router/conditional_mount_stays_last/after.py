import os

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from app.routers import products

app = FastAPI()

app.include_router(products.router)

if os.path.isdir("web"):
    app.mount("/", StaticFiles(directory="web", html=True))
