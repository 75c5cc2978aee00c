from fastapi import FastAPI

from app.routers import products, spa, users

app = FastAPI()
app.include_router(users.router)
app.include_router(products.router)
app.include_router(spa.router)
