from sqlalchemy import Integer, String

from app.db import Base


class User(Base):
    id = Integer


class Product(Base):
    name = String


# Things.
@registered
class Thing(Base):
    id = Integer