import app.modules.files.models
import app.modules.pos.models
from app.database import Base

target_metadata = Base.metadata
