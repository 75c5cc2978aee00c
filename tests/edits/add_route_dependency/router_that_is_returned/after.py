import fastapi

from app.auth import get_current_user


def products() -> fastapi.APIRouter:
    return fastapi.APIRouter(
        prefix="/products", dependencies=[fastapi.Depends(get_current_user)]
    )
