from alembic import context

from app.db import Base

target_metadata = Base.metadata
