from fastapi import APIRouter, Depends

from app.auth import get_current_user
from app.limits import limited

router: APIRouter = APIRouter(
    prefix="/products", dependencies=[Depends(limited), Depends(get_current_user)]
)
