from fastapi import APIRouter, Depends

from app.auth import get_current_user

router = APIRouter()


@router.get("/{product_id}", dependencies=[Depends(get_current_user)])
def read(product_id: int) -> None: ...


@router.get("/")
def read() -> None: ...
