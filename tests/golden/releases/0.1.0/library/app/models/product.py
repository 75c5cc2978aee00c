"""The product model."""

import enum
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, Enum, Numeric, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.base import Base
from app.db.column_types import UTCDateTime, utc_now

if TYPE_CHECKING:
    from app.models.review import Review


class ProductStatus(enum.StrEnum):
    """The status of a product."""

    DRAFT = "draft"
    LIVE = "live"


class Product(Base):
    """A product."""

    __tablename__ = "products"
    __table_args__ = (CheckConstraint("price >= 0", name="price_ge"),)
    __mapper_args__: Mapping[str, Any] = {"eager_defaults": True}

    name: Mapped[str] = mapped_column(String(120), index=True)
    sku: Mapped[str] = mapped_column(String(32), unique=True)
    price: Mapped[Decimal] = mapped_column(Numeric(12, 2), index=True)
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
    note: Mapped[str | None] = mapped_column(Text)
    active: Mapped[bool] = mapped_column(default=True)
    updated_at: Mapped[datetime] = mapped_column(
        UTCDateTime, default=utc_now, onupdate=utc_now
    )

    reviews: Mapped[list["Review"]] = relationship(
        back_populates="product",
        lazy="raise",
        foreign_keys="Review.product_id",
        passive_deletes="all",
    )
