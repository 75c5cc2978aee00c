from fastapi import APIRouter

from app.limits import IS_LIMITED, LIMITED

router = APIRouter(dependencies=LIMITED if IS_LIMITED else [])
