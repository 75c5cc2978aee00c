from sqlalchemy import select
from sqlalchemy.orm import Session

from ..models import Visit
from ..schemas.visit import VisitIn


def all_visits(session: Session) -> list[Visit]:
	return list(session.scalars(select(Visit).order_by(Visit.day)))


def record_visit(session: Session, data: VisitIn) -> Visit:
	visit = Visit(**data.model_dump())
	session.add(visit)
	session.flush()
	return visit
