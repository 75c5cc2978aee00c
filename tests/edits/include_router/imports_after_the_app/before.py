from fastapi import FastAPI

app = FastAPI()

from app.routers import users  # noqa: E402

app.include_router(users.router)
