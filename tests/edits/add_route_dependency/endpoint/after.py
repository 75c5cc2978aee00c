from fastapi import APIRouter, Depends

from app.auth import get_current_user

router = APIRouter()


@router.get("/")
def listing() -> list[str]:
    return []


@cached
@router.post(
    "/", status_code=201, dependencies=[Depends(get_current_user)]
)  # made here
def create() -> None: ...
