from fastapi import FastAPI


def create_app():
    app = FastAPI()

    from app.auth import auth_router
    app.include_router(auth_router)

    from app.users import users_router
    app.include_router(users_router)

    from app.products import products_router
    app.include_router(products_router)

    return app
