from fastapi import APIRouter, HTTPException, status

from helpdesk.agents import service
from helpdesk.agents.schemas import AgentCreate, AgentRead
from helpdesk.core.database import SessionDep

router = APIRouter(prefix="/agents", tags=["agents"])


@router.get("")
async def list_agents(session: SessionDep) -> list[AgentRead]:
    return [AgentRead.model_validate(agent) for agent in await service.list_agents(session)]


@router.post("", status_code=status.HTTP_201_CREATED)
async def create_agent(data: AgentCreate, session: SessionDep) -> AgentRead:
    try:
        agent = await service.create_agent(session, data)
    except service.EmailTaken:
        raise HTTPException(status.HTTP_409_CONFLICT, "E-mail address is taken") from None
    return AgentRead.model_validate(agent)
