from app.models.base import Base  # noqa: F401
from app.models.zone import Zone  # noqa: F401
from app.models.user import User  # noqa: F401