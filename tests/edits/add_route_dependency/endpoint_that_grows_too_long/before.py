from fastapi import APIRouter

router = APIRouter()


@router.post("/products/{product_id}/images", status_code=201)
def create() -> None: ...


@router.get('/products/{product_id}/images', response_model=list[Image], response_model_exclude_none=True)
def read() -> None: ...
