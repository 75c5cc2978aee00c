from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.core.database import Base, TimestampMixin
from helpdesk.tickets.models import Ticket


class Agent(TimestampMixin, Base):
    __tablename__ = "agents"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    email: Mapped[str] = mapped_column(String(255), unique=True)

    tickets: Mapped[list[Ticket]] = relationship(back_populates="agent", lazy="raise")
