from fastapi import FastAPI

from app.routers import items, users

app = FastAPI()
# fmt: off
app.include_router(users.router, prefix="/users",       tags=["users"])
app.include_router(items.router, prefix="/more/items",  tags=["items"])
# fmt: on
