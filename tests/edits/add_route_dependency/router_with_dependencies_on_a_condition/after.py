from fastapi import APIRouter, Depends

from app.auth import get_current_user
from app.limits import IS_LIMITED, LIMITED

router = APIRouter(
    dependencies=[*(LIMITED if IS_LIMITED else []), Depends(get_current_user)]
)
