"""The product model."""

import enum
from decimal import Decimal

from sqlalchemy import CheckConstraint, Column, Enum, Index
from sqlmodel import Field, SQLModel


class ProductStatus(enum.StrEnum):
    """The status of a product."""

    DRAFT = "draft"
    LIVE = "live"


class Product(SQLModel, table=True):
    """A product."""

    __tablename__ = "products"
    __table_args__ = (
        CheckConstraint("price >= 0", name="price_ge"),
        Index("ix_products_name_id", "name", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=120)
    price: Decimal = Field(max_digits=12, decimal_places=2)
    status: ProductStatus = Field(
        default=ProductStatus.DRAFT,
        sa_column=Column(
            Enum(
                ProductStatus,
                native_enum=False,
                create_constraint=True,
                name="status",
                values_callable=lambda words: [word.value for word in words],
            ),
            nullable=False,
            index=True,
        ),
    )
