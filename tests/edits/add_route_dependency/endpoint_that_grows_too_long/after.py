from fastapi import APIRouter, Depends

from app.auth import get_current_user

router = APIRouter()


@router.post(
    "/products/{product_id}/images",
    status_code=201,
    dependencies=[Depends(get_current_user)],
)
def create() -> None: ...


@router.get('/products/{product_id}/images', response_model=list[Image], response_model_exclude_none=True)
def read() -> None: ...
