from core.db import Base
from expenses.models import *
from users.models import *
from widgets.models import *

import os
from pathlib import Path

target_metadata = Base.metadata
