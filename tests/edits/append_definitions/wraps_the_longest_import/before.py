from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, Date, Text, UniqueConstraint

from database import Base


class Loan(Base):
    __tablename__ = "loans"

    id = Column(Integer, primary_key=True)
