from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.base import Base

if TYPE_CHECKING:
    from app.models.book import Book


class Author(Base):
    __tablename__ = "authors"

    name: Mapped[str] = mapped_column(String(200), index=True)
    born: Mapped[int | None]

    books: Mapped[list[Book]] = relationship(back_populates="author")
