from app.db import Base
from app.models.product import *  # noqa
from app.models.user import *  # noqa

target_metadata = Base.metadata
