from fastapi import FastAPI

app = FastAPI()

from app.routers import products, users  # noqa: E402

app.include_router(users.router)
app.include_router(products.router)
