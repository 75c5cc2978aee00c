from fastapi import APIRouter, Depends

from app.limits import limited

router: APIRouter = APIRouter(prefix="/products", dependencies=[Depends(limited)])
