from fastapi import FastAPI

from app.routers import products, users


async def create_app() -> FastAPI:
    app = FastAPI()
    await connect(app)
    app.include_router(users.router)
    app.include_router(products.router)
    if app.debug:
        return app
    return app
