from sqlalchemy import String

from app.db import Base


class User(Base):
    pass


class Product(Base):
    name = String


# the end