import os
from typing import Iterator

from sqlalchemy import create_engine, event
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

engine = create_engine(os.environ.get('CLINIC_DB', 'sqlite:///clinic.db'))
SessionFactory = sessionmaker(engine)

if engine.dialect.name == 'sqlite':

	@event.listens_for(engine, 'connect')
	def enforce_foreign_keys(connection, _):
		connection.execute('PRAGMA foreign_keys = ON')


class Base(DeclarativeBase):
	pass


def session_scope() -> Iterator[Session]:
	# commits when the endpoint is done, rolls back when it raises
	with SessionFactory.begin() as session:
		yield session
