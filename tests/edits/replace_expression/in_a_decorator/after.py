from app.db import get_db
from app.pagination import CursorItems


@router.get("/users", response_model=CursorItems[UserOut])
def users(db):
    return users
