from fastapi import FastAPI

from app.errors import register_handlers

app = FastAPI()

register_handlers(app)


@app.get("/")
def root():
    return 1
