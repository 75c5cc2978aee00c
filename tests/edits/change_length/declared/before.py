from sqlalchemy import String
from sqlalchemy.orm import Mapped, declared_attr, mapped_column


class User:
    @declared_attr
    def password(cls) -> Mapped[str]:
        return mapped_column(String(60))
