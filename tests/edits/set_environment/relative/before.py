import pytest

from ..app.main import app
from .factories import User
