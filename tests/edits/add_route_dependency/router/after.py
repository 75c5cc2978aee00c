"""Products."""

from fastapi import APIRouter, Depends

from app.auth import get_current_user
from app.schemas import Product

router = APIRouter(dependencies=[Depends(get_current_user)])


@router.get("/")
def listing() -> list[Product]:
    return []
