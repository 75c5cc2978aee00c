from fastapi import FastAPI

from app.routers import orders, users

app = FastAPI()

app.include_router(users.router)
app.include_router(orders.router)


@app.get("/health")
def health():
    return {"ok": True}
