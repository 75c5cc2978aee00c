from sqlalchemy import Column, Integer
from sqlalchemy.orm import relationship

from app.db import Base


class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)

    products = relationship(
        "Product",
        back_populates="owner",
    )
    __table_args__ = {"schema": "x"}

    @property
    def x(self):
        return 1
