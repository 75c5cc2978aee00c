from fastapi import FastAPI
from app.routers import products, users

def create_app():
  app = FastAPI()
  app.include_router(users.router)
  app.include_router(
    products.router,
    prefix="/products",
    tags=["products"],
    responses={404: {"description": "There is no such product"}},
  )
  return app
