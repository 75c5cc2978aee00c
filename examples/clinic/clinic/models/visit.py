from datetime import date

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db import Base
from .patient import Patient


class Visit(Base):
	__tablename__ = 'visit'

	id: Mapped[int] = mapped_column(primary_key=True)
	day: Mapped[date]
	notes: Mapped[str] = mapped_column(Text, default='')
	patient_id: Mapped[int] = mapped_column(ForeignKey('patient.id', ondelete='CASCADE'), index=True)

	patient: Mapped[Patient] = relationship(back_populates='visits')
