from sqlalchemy import String

from app import models

models.Base.metadata.create_all()


class Base:
    pass


class Product(Base):
    name = String
