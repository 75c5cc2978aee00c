from fastapi import FastAPI

from app.routers import a, users
from app.settings import settings

app = FastAPI()
app.include_router(users.router)
match settings.mode:
    case "a":
        app.include_router(a.router)
    case _:
        pass
