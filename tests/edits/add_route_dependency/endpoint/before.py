from fastapi import APIRouter

router = APIRouter()


@router.get("/")
def listing() -> list[str]:
    return []


@cached
@router.post("/", status_code=201)  # made here
def create() -> None: ...
