from fastapi import APIRouter

router = APIRouter()


@router.get('/products/{product_id}/images', response_model=list[Image], response_model_exclude_none=True, tags=["images", "products"])
def read() -> None: ...
