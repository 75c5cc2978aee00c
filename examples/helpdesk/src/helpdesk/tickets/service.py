from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from helpdesk.tickets.models import Ticket
from helpdesk.tickets.schemas import TicketCreate, TicketUpdate


async def list_tickets(session: AsyncSession, *, open_only: bool) -> Sequence[Ticket]:
    query = select(Ticket).order_by(Ticket.id)
    if open_only:
        query = query.where(Ticket.open)
    return (await session.scalars(query)).all()


async def get_ticket(session: AsyncSession, ticket_id: int) -> Ticket | None:
    return await session.get(Ticket, ticket_id)


async def create_ticket(session: AsyncSession, data: TicketCreate) -> Ticket:
    ticket = Ticket(**data.model_dump())
    session.add(ticket)
    await session.commit()
    await session.refresh(ticket)
    return ticket


async def update_ticket(session: AsyncSession, ticket: Ticket, data: TicketUpdate) -> Ticket:
    for name, value in data.model_dump(exclude_unset=True).items():
        setattr(ticket, name, value)
    await session.commit()
    await session.refresh(ticket)
    return ticket
