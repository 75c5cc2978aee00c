import app.models.item  # noqa
import app.models.product  # noqa
import app.models.user  # noqa
from app.db import Base

target_metadata = Base.metadata
