from fastapi import FastAPI

from app.routers import products
from app.settings import settings

if settings.docs:
    app = FastAPI()
else:
    app = FastAPI(docs_url=None)

app.include_router(products.router)

print("made")
