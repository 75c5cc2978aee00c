from app.db import Base


class User(Base):
    pass


# the end