from fastapi import FastAPI


def create_app():
    from app.routers import users
    from app.settings import settings

    app = FastAPI(title=settings.title)
    app.include_router(users.router)
    return app
