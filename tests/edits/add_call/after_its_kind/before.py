from fastapi import FastAPI

from app.errors import Conflict, on_conflict
from app.routers import users

app = FastAPI()
app.add_exception_handler(Conflict, on_conflict)
app.include_router(users.router)
