from fastapi import APIRouter

from app.common import make

router = make()
