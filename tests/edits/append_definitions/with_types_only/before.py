from sqlalchemy.orm import Mapped


class User:
    pass
