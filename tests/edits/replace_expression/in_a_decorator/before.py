from app.db import get_db


@router.get("/users", response_model=list[UserOut])
def users(db):
    return users
