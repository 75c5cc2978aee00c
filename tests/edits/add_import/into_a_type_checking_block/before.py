from typing import TYPE_CHECKING

from sqlalchemy.orm import Mapped

if TYPE_CHECKING:
    from app.models.item import Item
    from app.models.zone import Zone
