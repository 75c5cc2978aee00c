from alembic import context
from club.events.models import Event  # noqa: F401
from club.members.models import Member  # noqa: F401
from club.shared.models import Base

target_metadata = Base.metadata
