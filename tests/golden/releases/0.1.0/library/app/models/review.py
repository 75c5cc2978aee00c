"""The review model."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.base import Base
from app.db.column_types import UTCDateTime, utc_now
from app.models.product import Product


class Review(Base):
    """A review."""

    __tablename__ = "reviews"
    __table_args__ = (
        CheckConstraint("stars >= 1", name="stars_ge"),
        CheckConstraint("stars <= 5", name="stars_le"),
    )
    __mapper_args__: Mapping[str, Any] = {"eager_defaults": True}

    stars: Mapped[int] = mapped_column()
    product_id: Mapped[UUID] = mapped_column(
        ForeignKey("products.id", ondelete="CASCADE"), index=True
    )
    updated_at: Mapped[datetime] = mapped_column(
        UTCDateTime, default=utc_now, onupdate=utc_now
    )
    product: Mapped["Product"] = relationship(back_populates="reviews", lazy="raise")
