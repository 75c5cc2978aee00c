from typing import TYPE_CHECKING

from app.models.user import User
from app.models.widget import Widget

if TYPE_CHECKING:
    from app.models.team import Team
