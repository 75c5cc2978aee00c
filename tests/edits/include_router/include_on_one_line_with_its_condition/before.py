from fastapi import FastAPI

from app.routers import debug, users

app = FastAPI()
app.include_router(users.router)
if app.debug: app.include_router(debug.router)
