from fastapi import APIRouter

from app.common import OPTIONS

router = APIRouter(**OPTIONS)
