import sqlalchemy as sa

from app.db import Base


class User(Base):
    __tablename__ = "users"

    id = sa.Column(sa.Integer, primary_key=True)
    password = sa.Column(
        "pw",
        sa.String(length=60),
        nullable=False,
    )
