from fastapi import APIRouter
from fastapi_utils.cbv import cbv

router = APIRouter()


@cbv(router)
class Products:
    @router.get("/products")
    def listing(self) -> list[str]:
        return []
