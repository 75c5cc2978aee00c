class Users:
    async def list(self, db: Session, page: Page, active: bool = False) -> list[User]:
        return []
