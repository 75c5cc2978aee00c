import uuid
from typing import Any

from fastapi import APIRouter, HTTPException
from sqlmodel import select

from app import crud
from app.api.deps import SessionDep
from app.models import Warehouse, WarehouseCreate, WarehousePublic

router = APIRouter(prefix="/warehouses", tags=["warehouses"])


@router.get("/", response_model=list[WarehousePublic])
def read_warehouses(session: SessionDep, skip: int = 0, limit: int = 100) -> Any:
    """All warehouses."""
    return session.exec(select(Warehouse).offset(skip).limit(limit)).all()


@router.post("/", response_model=WarehousePublic)
def create_warehouse(*, session: SessionDep, warehouse_in: WarehouseCreate) -> Any:
    """Open a warehouse."""
    if crud.get_warehouse_by_code(session=session, code=warehouse_in.code):
        raise HTTPException(status_code=400, detail="There is a warehouse of this code")
    return crud.create_warehouse(session=session, warehouse_in=warehouse_in)


@router.get("/{warehouse_id}", response_model=WarehousePublic)
def read_warehouse(warehouse_id: uuid.UUID, session: SessionDep) -> Any:
    """One warehouse."""
    warehouse = session.get(Warehouse, warehouse_id)
    if not warehouse:
        raise HTTPException(status_code=404, detail="Warehouse not found")
    return warehouse
