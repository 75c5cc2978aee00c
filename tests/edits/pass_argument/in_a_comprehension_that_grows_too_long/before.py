async def agents(session):
    return [AgentRead.model_validate(agent) for agent in await service.agents(session)]
