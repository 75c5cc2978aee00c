from fastapi import FastAPI

from app.errors import Conflict, Missing, on_conflict, on_missing
from app.routers import users

app = FastAPI()
app.add_exception_handler(Conflict, on_conflict)
app.add_exception_handler(Missing, on_missing)
app.include_router(users.router)
