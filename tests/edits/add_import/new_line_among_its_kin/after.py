"""Doc."""

from __future__ import annotations

import logging

from fastapi import FastAPI

from app.db import engine
from app.models.product import Product
from app.models.user import User

log = logging.getLogger(__name__)
