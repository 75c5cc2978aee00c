"""Fixtures."""

import os
import secrets

import pytest
from fastapi.testclient import TestClient

os.environ.setdefault('AUTH_SECRET_KEY', secrets.token_hex(32))

from app.main import app


@pytest.fixture
def client():
    return TestClient(app)
