"""The product model."""

import enum
from decimal import Decimal

from sqlalchemy import CheckConstraint, Enum, Index, Numeric, String
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base


class ProductStatus(enum.StrEnum):
    """The status of a product."""

    DRAFT = "draft"
    LIVE = "live"


class Product(Base):
    """A product."""

    __tablename__ = "products"
    __table_args__ = (
        CheckConstraint("price >= 0", name="price_ge"),
        Index("ix_products_name_id", "name", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    price: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    status: Mapped[ProductStatus] = mapped_column(
        Enum(
            ProductStatus,
            native_enum=False,
            create_constraint=True,
            name="status",
            values_callable=lambda words: [word.value for word in words],
        ),
        default=ProductStatus.DRAFT,
        index=True,
    )
