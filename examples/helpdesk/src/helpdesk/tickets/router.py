from fastapi import APIRouter, HTTPException, status

from helpdesk.core.database import SessionDep
from helpdesk.tickets import service
from helpdesk.tickets.schemas import TicketCreate, TicketRead, TicketUpdate

router = APIRouter(prefix="/tickets", tags=["tickets"])


@router.get("")
async def list_tickets(session: SessionDep, open_only: bool = False) -> list[TicketRead]:
    tickets = await service.list_tickets(session, open_only=open_only)
    return [TicketRead.model_validate(ticket) for ticket in tickets]


@router.post("", status_code=status.HTTP_201_CREATED)
async def create_ticket(data: TicketCreate, session: SessionDep) -> TicketRead:
    return TicketRead.model_validate(await service.create_ticket(session, data))


@router.patch("/{ticket_id}")
async def update_ticket(ticket_id: int, data: TicketUpdate, session: SessionDep) -> TicketRead:
    ticket = await service.get_ticket(session, ticket_id)
    if ticket is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "Ticket not found")
    return TicketRead.model_validate(await service.update_ticket(session, ticket, data))
