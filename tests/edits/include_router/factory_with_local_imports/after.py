from fastapi import FastAPI


def create_app():
    from app.routers import products, users
    from app.settings import settings

    app = FastAPI(title=settings.title)
    app.include_router(users.router)
    app.include_router(products.router)
    return app
