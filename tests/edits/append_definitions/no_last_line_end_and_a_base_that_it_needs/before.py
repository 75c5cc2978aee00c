from sqlalchemy import Integer


class User:
    id = Integer


class Base:
    id = Integer