from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from app.routers import products

app = FastAPI()
app.mount("/static", StaticFiles(directory="static"), name="static")

app.include_router(products.router)

# The web pages: keep this last.
app.mount("/", StaticFiles(directory="web", html=True))
