class Service:
    async def users(self, team_id, active, locked):
        return await self.repository.list_everybody_in(
            team_id, active=active, locked=locked, page=page
        )
