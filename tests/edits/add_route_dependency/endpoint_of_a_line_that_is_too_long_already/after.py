from fastapi import APIRouter, Depends

from app.auth import get_current_user

router = APIRouter()


@router.get(
    '/products/{product_id}/images',
    response_model=list[Image],
    response_model_exclude_none=True,
    tags=["images", "products"],
    dependencies=[Depends(get_current_user)],
)
def read() -> None: ...
