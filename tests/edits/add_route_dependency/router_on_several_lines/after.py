from fastapi import APIRouter, Depends

from app.auth import get_current_user

router = APIRouter(
    prefix="/products",  # as ever
    tags=["products"],
    dependencies=[Depends(get_current_user)],
)
