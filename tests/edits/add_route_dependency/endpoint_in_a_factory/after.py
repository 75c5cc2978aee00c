from fastapi import Depends, FastAPI

from app.auth import get_current_user


def create_app() -> FastAPI:
    app = FastAPI()

    @app.get(path="/products", dependencies=[Depends(get_current_user)])
    def listing() -> list[str]:
        return []

    return app
