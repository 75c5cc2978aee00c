import os

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

app = FastAPI()

if os.path.isdir("web"):
    app.mount("/", StaticFiles(directory="web", html=True))
