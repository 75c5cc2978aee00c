from fastapi import FastAPI
from fastapi.responses import FileResponse

from app.routers import users

app = FastAPI()


@app.get("/{path:path}")
def page(path: str):
    return FileResponse("index.html")


app.include_router(users.router)
