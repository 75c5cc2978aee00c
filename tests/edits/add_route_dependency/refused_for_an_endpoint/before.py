from app.common import router


@router.get("/other")
def listing() -> None: ...
