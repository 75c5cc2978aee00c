from fastapi import FastAPI

app = FastAPI()
try:
    from app.routers import products, users

    app.include_router(users.router)
    app.include_router(products.router)
except ImportError:
    print("no users")
