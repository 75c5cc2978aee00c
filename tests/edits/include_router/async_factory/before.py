from fastapi import FastAPI

from app.routers import users


async def create_app() -> FastAPI:
    app = FastAPI()
    await connect(app)
    app.include_router(users.router)
    if app.debug:
        return app
    return app
