from fastapi import APIRouter, Depends, HTTPException
from sqlalchemy.orm import Session

from ..db import session_scope
from ..schemas.visit import VisitIn, VisitOut
from ..services.patient import find_patient
from ..services.visit import all_visits, record_visit

router = APIRouter(prefix='/visits', tags=['Visits'])


@router.get('/', response_model=list[VisitOut])
def index(session: Session = Depends(session_scope)):
	return all_visits(session)


@router.post('/', response_model=VisitOut, status_code=201)
def create(data: VisitIn, session: Session = Depends(session_scope)):
	if find_patient(session, data.patient_id) is None:
		raise HTTPException(422, 'no such patient')
	return record_visit(session, data)
