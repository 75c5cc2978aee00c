from fastapi import Depends, FastAPI

from app.db import get_db
from app.pagination import CursorPage, cursor_page

app = FastAPI()


@app.get("/users")
def read_users(db=Depends(get_db), page: CursorPage = Depends(cursor_page())):  # everybody
    """All users."""
    return []
