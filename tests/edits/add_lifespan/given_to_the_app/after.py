from fastapi import FastAPI

from app.db import database

app = FastAPI(title="Shop", lifespan=database)
