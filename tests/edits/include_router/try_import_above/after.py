try:
    import uvloop
except ImportError:
    uvloop = None
from typing import TYPE_CHECKING

from fastapi import FastAPI

from app.routers import products

if TYPE_CHECKING:
    from app.routers import users

app = FastAPI()

app.include_router(products.router)
