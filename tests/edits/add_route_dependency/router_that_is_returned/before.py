import fastapi


def products() -> fastapi.APIRouter:
    return fastapi.APIRouter(prefix="/products")
