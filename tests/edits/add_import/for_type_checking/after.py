from typing import TYPE_CHECKING

from sqlalchemy.orm import Mapped

if TYPE_CHECKING:
    from app.models.product import Product


class User:
    items: Mapped[int]
