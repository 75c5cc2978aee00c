import uuid
from typing import Any

from fastapi import APIRouter, HTTPException
from sqlmodel import func, select

from app import crud
from app.api.deps import SessionDep
from app.models import Part, PartCreate, PartPublic, PartsPublic, PartUpdate

router = APIRouter(prefix="/parts", tags=["parts"])


@router.get("/", response_model=PartsPublic)
def read_parts(session: SessionDep, skip: int = 0, limit: int = 100) -> Any:
    """A page of parts and how many there are in all."""
    count = session.exec(select(func.count()).select_from(Part)).one()
    parts = session.exec(select(Part).offset(skip).limit(limit)).all()
    return {"data": parts, "count": count}


@router.post("/", response_model=PartPublic)
def create_part(*, session: SessionDep, part_in: PartCreate) -> Any:
    """Put a part on a shelf."""
    return crud.create_part(session=session, part_in=part_in)


@router.put("/{part_id}", response_model=PartPublic)
def update_part(*, session: SessionDep, part_id: uuid.UUID, part_in: PartUpdate) -> Any:
    """Change what is sent, leave the rest."""
    part = session.get(Part, part_id)
    if not part:
        raise HTTPException(status_code=404, detail="Part not found")
    part.sqlmodel_update(part_in.model_dump(exclude_unset=True))
    session.add(part)
    session.commit()
    session.refresh(part)
    return part


@router.delete("/{part_id}")
def delete_part(session: SessionDep, part_id: uuid.UUID) -> dict[str, str]:
    """Take a part off the shelf."""
    part = session.get(Part, part_id)
    if not part:
        raise HTTPException(status_code=404, detail="Part not found")
    session.delete(part)
    session.commit()
    return {"message": "Part deleted"}
