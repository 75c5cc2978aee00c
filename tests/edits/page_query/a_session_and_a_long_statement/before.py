class Users:
    async def all(self):
        result = await self.session.execute(
            select(User)
            # those who may sign in
            .where(User.active)
            .order_by(User.name)
        )
        return result.scalars().all()
