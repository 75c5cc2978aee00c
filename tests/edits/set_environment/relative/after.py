import os
import secrets

import pytest

os.environ.setdefault("AUTH_SECRET_KEY", secrets.token_hex(32))

from ..app.main import app
from .factories import User
