from fastapi import APIRouter, Depends
from fastapi_utils.cbv import cbv

from app.auth import get_current_user

router = APIRouter()


@cbv(router)
class Products:
    @router.get("/products", dependencies=[Depends(get_current_user)])
    def listing(self) -> list[str]:
        return []
