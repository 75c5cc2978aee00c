from typing import TYPE_CHECKING

from sqlalchemy.orm import Mapped

if TYPE_CHECKING:
    from app.other import Other


class User:
    pass


class Product:
    other: "Mapped[Other]"
