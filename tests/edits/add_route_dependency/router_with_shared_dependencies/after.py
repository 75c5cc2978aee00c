from fastapi import APIRouter, Depends

from app.auth import get_current_user
from app.limits import LIMITED

router = APIRouter(dependencies=[*LIMITED, Depends(get_current_user)])
