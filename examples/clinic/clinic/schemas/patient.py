from datetime import date

from pydantic import BaseModel


class PatientIn(BaseModel):
	name: str
	born_on: date


class PatientOut(PatientIn):
	id: int

	model_config = {'from_attributes': True}
