from fastapi import APIRouter

router = APIRouter()


@router.get("/", include_in_schema=False)
@router.get("")
def listing() -> list[str]:
    return []
