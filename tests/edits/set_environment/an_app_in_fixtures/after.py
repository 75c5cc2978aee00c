import os
import secrets

import pytest

os.environ.setdefault("AUTH_SECRET_KEY", secrets.token_hex(32))

os.environ["DATABASE_URL"] = "sqlite://"


@pytest.fixture
def client():
    from app.main import app

    return app
