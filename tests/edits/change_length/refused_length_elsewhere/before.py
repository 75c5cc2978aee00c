from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, short


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    password: Mapped[short] = mapped_column(comment="60")
