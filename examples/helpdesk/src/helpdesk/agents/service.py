from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from helpdesk.agents.models import Agent
from helpdesk.agents.schemas import AgentCreate


class EmailTaken(Exception):
    """Another agent has this address."""


async def list_agents(session: AsyncSession) -> Sequence[Agent]:
    return (await session.scalars(select(Agent).order_by(Agent.id))).all()


async def create_agent(session: AsyncSession, data: AgentCreate) -> Agent:
    agent = Agent(**data.model_dump())
    session.add(agent)
    try:
        await session.commit()
    except IntegrityError as error:
        await session.rollback()
        raise EmailTaken from error
    await session.refresh(agent)
    return agent
