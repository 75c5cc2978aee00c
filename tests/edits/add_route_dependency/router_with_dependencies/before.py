from fastapi import APIRouter, Depends

from app.limits import limited

router = APIRouter(
    prefix="/products",
    dependencies=[
        Depends(limited),  # ten a second
    ],
)
