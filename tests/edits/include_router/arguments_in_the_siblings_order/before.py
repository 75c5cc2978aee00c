from fastapi import Depends, FastAPI

from .auth import signed_in
from .routers import users

app = FastAPI()
app.include_router(users.router, tags=["users"], prefix="/users", dependencies=[Depends(signed_in)])
