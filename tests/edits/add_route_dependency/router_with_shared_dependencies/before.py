from fastapi import APIRouter

from app.limits import LIMITED

router = APIRouter(dependencies=LIMITED)
