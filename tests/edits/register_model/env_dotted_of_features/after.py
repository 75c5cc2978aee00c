import app.modules.files.models
import app.modules.pos.models
import app.modules.widgets.models
from app.database import Base

target_metadata = Base.metadata
