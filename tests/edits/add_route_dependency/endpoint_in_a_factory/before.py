from fastapi import FastAPI


def create_app() -> FastAPI:
    app = FastAPI()

    @app.get(path="/products")
    def listing() -> list[str]:
        return []

    return app
