import uvicorn
from fastapi import FastAPI

from app.routers import users

app = FastAPI()
app.include_router(users.router)

if __name__ == "__main__":
    app.include_router(users.debug)
    uvicorn.run(app)
