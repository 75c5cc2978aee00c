from sqlalchemy import select
from sqlalchemy.orm import Session

from ..models import Patient
from ..schemas.patient import PatientIn


def all_patients(session: Session) -> list[Patient]:
	return list(session.scalars(select(Patient).order_by(Patient.name)))


def find_patient(session: Session, patient_id: int) -> Patient | None:
	return session.get(Patient, patient_id)


def admit_patient(session: Session, data: PatientIn) -> Patient:
	patient = Patient(**data.model_dump())
	session.add(patient)
	session.flush()
	return patient
