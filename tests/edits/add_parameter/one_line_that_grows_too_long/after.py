def list_users(
    db: Session, skip: int = 0, limit: int = 50, active: bool = 1, page: Page = ALL_ROWS
) -> list:
    return []
