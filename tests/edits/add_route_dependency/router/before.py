"""Products."""

from fastapi import APIRouter

from app.schemas import Product

router = APIRouter()


@router.get("/")
def listing() -> list[Product]:
    return []
