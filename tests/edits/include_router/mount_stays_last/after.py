from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from app.routers import products, users

app = FastAPI()
app.include_router(users.router)
app.include_router(products.router)
# The web pages: keep this last.
app.mount("/", StaticFiles(directory="web", html=True))
