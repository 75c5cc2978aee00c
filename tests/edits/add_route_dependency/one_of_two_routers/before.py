from fastapi import APIRouter

router = APIRouter()
admin = APIRouter()
