from fastapi import FastAPI

from app.routers import a, products, users
from app.settings import settings

app = FastAPI()
app.include_router(users.router)
app.include_router(products.router)
match settings.mode:
    case "a":
        app.include_router(a.router)
    case _:
        pass
