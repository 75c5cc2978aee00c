from fastapi import FastAPI
from app.routers import products, users

if __name__ == "__main__":
    app = FastAPI()
    app.include_router(users.router)
    app.include_router(products.router)
    run(app)
