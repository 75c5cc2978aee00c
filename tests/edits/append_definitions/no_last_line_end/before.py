from sqlalchemy import Integer

from app.db import Base


class User(Base):
    id = Integer


# Things.
@registered
class Thing(Base):
    id = Integer