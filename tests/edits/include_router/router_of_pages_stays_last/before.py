from fastapi import FastAPI

from app.routers import spa, users

app = FastAPI()
app.include_router(users.router)
app.include_router(spa.router)
