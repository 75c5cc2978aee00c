from fastapi import FastAPI

from app.routers import debug, products, users

app = FastAPI()
app.include_router(users.router)
app.include_router(products.router)
if app.debug: app.include_router(debug.router)
