from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

app = FastAPI()
app.mount("/static", StaticFiles(directory="static"), name="static")

# The web pages: keep this last.
app.mount("/", StaticFiles(directory="web", html=True))
