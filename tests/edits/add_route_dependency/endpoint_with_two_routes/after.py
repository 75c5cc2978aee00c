from fastapi import APIRouter, Depends

from app.auth import get_current_user

router = APIRouter()


@router.get("/", include_in_schema=False)
@router.get("", dependencies=[Depends(get_current_user)])
def listing() -> list[str]:
    return []
