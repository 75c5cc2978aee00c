import json

from fastapi import FastAPI

import models
from database import engine
from links import router

models.Base.metadata.create_all(engine)
app = FastAPI()
app.include_router(router)
json.dumps({})
