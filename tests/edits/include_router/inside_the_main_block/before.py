from fastapi import FastAPI
from app.routers import users

if __name__ == "__main__":
    app = FastAPI()
    app.include_router(users.router)
    run(app)
