from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Integer,
    String,
    Date,
    Text,
    UniqueConstraint,
    CheckConstraint,
    Numeric,
)

from database import Base


class Loan(Base):
    __tablename__ = "loans"

    id = Column(Integer, primary_key=True)


class Fee(Base):
    __tablename__ = "fees"
    __table_args__ = (CheckConstraint("amount >= 0"),)

    amount = Column(Numeric(10, 2))
