from fastapi import FastAPI

from app.errors import register_handlers
from app.logs import setup_logging
from app.routers import products

setup_logging()
app: FastAPI = FastAPI()
register_handlers(app)

app.include_router(products.router)
