from fastapi import APIRouter, Depends, HTTPException
from sqlalchemy.orm import Session

from ..db import session_scope
from ..schemas.patient import PatientIn, PatientOut
from ..services.patient import admit_patient, all_patients, find_patient

router = APIRouter(prefix='/patients', tags=['Patients'])


@router.get('/', response_model=list[PatientOut])
def index(session: Session = Depends(session_scope)):
	return all_patients(session)


@router.get('/{patient_id}/', response_model=PatientOut)
def show(patient_id: int, session: Session = Depends(session_scope)):
	patient = find_patient(session, patient_id)
	if patient is None:
		raise HTTPException(404, 'no such patient')
	return patient


@router.post('/', response_model=PatientOut, status_code=201)
def create(data: PatientIn, session: Session = Depends(session_scope)):
	return admit_patient(session, data)
