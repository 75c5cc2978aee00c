from fastapi import APIRouter

router = APIRouter(
    prefix="/products",  # as ever
    tags=["products"],
)
