import os

import pytest

os.environ["DATABASE_URL"] = "sqlite://"


@pytest.fixture
def client():
    from app.main import app

    return app
