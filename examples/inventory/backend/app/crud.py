from sqlmodel import Session, select

from app.models import Part, PartCreate, Warehouse, WarehouseCreate


def create_warehouse(*, session: Session, warehouse_in: WarehouseCreate) -> Warehouse:
    warehouse = Warehouse.model_validate(warehouse_in)
    session.add(warehouse)
    session.commit()
    session.refresh(warehouse)
    return warehouse


def get_warehouse_by_code(*, session: Session, code: str) -> Warehouse | None:
    return session.exec(select(Warehouse).where(Warehouse.code == code)).first()


def create_part(*, session: Session, part_in: PartCreate) -> Part:
    part = Part.model_validate(part_in)
    session.add(part)
    session.commit()
    session.refresh(part)
    return part
