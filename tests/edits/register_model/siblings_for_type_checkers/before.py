from typing import TYPE_CHECKING

from app.models.user import User

if TYPE_CHECKING:
    from app.models.team import Team
