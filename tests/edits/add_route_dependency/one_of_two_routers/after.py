from fastapi import APIRouter, Depends

from app.auth import get_current_user

router = APIRouter()
admin = APIRouter(dependencies=[Depends(get_current_user)])
