from datetime import date

from pydantic import BaseModel


class VisitIn(BaseModel):
	day: date
	notes: str = ''
	patient_id: int


class VisitOut(VisitIn):
	id: int

	model_config = {'from_attributes': True}
