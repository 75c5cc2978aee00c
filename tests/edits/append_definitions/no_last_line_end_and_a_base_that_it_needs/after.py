from sqlalchemy import Integer, String


class User:
    id = Integer


class Base:
    id = Integer


class Product(Base):
    name = String