try:
    import uvloop
except ImportError:
    uvloop = None
from typing import TYPE_CHECKING

from fastapi import FastAPI

if TYPE_CHECKING:
    from app.routers import users

app = FastAPI()
