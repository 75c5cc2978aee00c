import uuid

from sqlmodel import Field, Relationship, SQLModel


class WarehouseBase(SQLModel):
    code: str = Field(unique=True, index=True, max_length=12)
    city: str = Field(max_length=100)
    is_open: bool = True


class WarehouseCreate(WarehouseBase):
    pass


class Warehouse(WarehouseBase, table=True):
    id: uuid.UUID = Field(default_factory=uuid.uuid4, primary_key=True)
    parts: list["Part"] = Relationship(back_populates="warehouse", cascade_delete=True)


class WarehousePublic(WarehouseBase):
    id: uuid.UUID


class PartBase(SQLModel):
    title: str = Field(min_length=1, max_length=255)
    shelf: str | None = Field(default=None, max_length=20)


class PartCreate(PartBase):
    warehouse_id: uuid.UUID


class PartUpdate(SQLModel):
    title: str | None = Field(default=None, min_length=1, max_length=255)
    shelf: str | None = Field(default=None, max_length=20)


class Part(PartBase, table=True):
    id: uuid.UUID = Field(default_factory=uuid.uuid4, primary_key=True)
    warehouse_id: uuid.UUID = Field(
        foreign_key="warehouse.id", nullable=False, ondelete="CASCADE"
    )
    warehouse: Warehouse | None = Relationship(back_populates="parts")


class PartPublic(PartBase):
    id: uuid.UUID
    warehouse_id: uuid.UUID


class PartsPublic(SQLModel):
    data: list[PartPublic]
    count: int
