"""Doc."""

from __future__ import annotations

from uuid import UUID

from fastapi import FastAPI
