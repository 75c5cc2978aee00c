from fastapi import FastAPI

from app.routers import items, products, users

app = FastAPI()

# Everybody
app.include_router(users.router)

# Signed in
app.include_router(items.router)

app.include_router(products.router)
