from alembic import context

from app.db import Base
from app.models import item, product, user  # noqa: F401

target_metadata = Base.metadata
