from fastapi import FastAPI

from . import models  # noqa: F401
from .db import Base, engine
from .routers import patients, visits

app = FastAPI(title='Clinic')

routers = [
	patients.router,
	visits.router,
]

for router in routers:
	app.include_router(router)

Base.metadata.create_all(engine)
