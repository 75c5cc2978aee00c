from fastapi import FastAPI

from app.routers import orders, products, users

app = FastAPI()

app.include_router(users.router)
app.include_router(orders.router)
app.include_router(products.router)


@app.get("/health")
def health():
    return {"ok": True}
