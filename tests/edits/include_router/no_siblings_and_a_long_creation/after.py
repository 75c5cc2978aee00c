import uvicorn
from fastapi import FastAPI

from app.routers import products

app = FastAPI(
    title="Shop",
    version="1",
)
app.state.ready = False

app.include_router(products.router)

if __name__ == "__main__":
    uvicorn.run(app)
