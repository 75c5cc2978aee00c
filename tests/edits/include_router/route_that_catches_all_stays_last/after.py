from fastapi import FastAPI
from fastapi.responses import FileResponse

from app.routers import products, users

app = FastAPI()

app.include_router(products.router)


@app.get("/{path:path}")
def page(path: str):
    return FileResponse("index.html")


app.include_router(users.router)
