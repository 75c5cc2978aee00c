from typing import Sequence

from app.models import User


def users() -> Sequence[User]:
    return []
