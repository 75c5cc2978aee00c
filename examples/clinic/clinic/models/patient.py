from datetime import date

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db import Base


class Patient(Base):
	__tablename__ = 'patient'

	id: Mapped[int] = mapped_column(primary_key=True)
	name: Mapped[str] = mapped_column(String(120))
	born_on: Mapped[date]

	visits: Mapped[list['Visit']] = relationship(back_populates='patient')  # noqa: F821
