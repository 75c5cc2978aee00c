from fastapi import APIRouter, Depends

from app.auth import get_current_user
from app.limits import limited

router = APIRouter(
    prefix="/products",
    dependencies=[
        Depends(limited),  # ten a second
        Depends(get_current_user),
    ],
)
