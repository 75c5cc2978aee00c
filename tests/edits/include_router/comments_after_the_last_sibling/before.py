from fastapi import FastAPI

from app.routers import users

app = FastAPI()
app.include_router(users.router)  # everybody
# app.include_router(old.router)
