from fastapi import APIRouter

router = APIRouter()


@router.get("/{product_id}")
def read(product_id: int) -> None: ...


@router.get("/")
def read() -> None: ...
