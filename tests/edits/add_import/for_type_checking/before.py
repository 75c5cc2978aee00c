from sqlalchemy.orm import Mapped


class User:
    items: Mapped[int]
