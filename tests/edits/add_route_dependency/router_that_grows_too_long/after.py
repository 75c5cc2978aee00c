from fastapi import APIRouter, Depends

from app.auth import get_current_user

router = APIRouter(
    prefix="/products",
    tags=["products"],
    default_response_class=Fast,
    dependencies=[Depends(get_current_user)],
)


@router.get("/me")
def me(user=Depends(get_current_user)):
    return user
