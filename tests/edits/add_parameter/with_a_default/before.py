from fastapi import Depends, FastAPI

from app.db import get_db

app = FastAPI()


@app.get("/users")
def read_users(db=Depends(get_db)):  # everybody
    """All users."""
    return []
