from fastapi import APIRouter

router, admin = APIRouter(), APIRouter()
