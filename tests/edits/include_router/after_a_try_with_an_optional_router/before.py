from fastapi import FastAPI

app = FastAPI()
try:
    from app.routers import users

    app.include_router(users.router)
except ImportError:
    print("no users")
