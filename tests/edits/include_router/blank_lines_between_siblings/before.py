from fastapi import FastAPI

from app.routers import items, users

app = FastAPI()

# Everybody
app.include_router(users.router)

# Signed in
app.include_router(items.router)
