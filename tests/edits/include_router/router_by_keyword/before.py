from fastapi import FastAPI

from app.routers import users

app = FastAPI()
app.include_router(router=users.router, prefix="/users")
