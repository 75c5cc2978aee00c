from alembic import context

from app.db import Base
from app.models.product import Product  # noqa: F401

target_metadata = Base.metadata
