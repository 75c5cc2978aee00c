from sqlalchemy import String

from app import models
from app.db import Base


class User(Base):
    pass


class Product(Base):
    name = String


if models.ready:
    with models.engine.begin() as connection:
        models.Base.metadata.create_all(connection)


def last():
    Base.metadata.create_all(1)
