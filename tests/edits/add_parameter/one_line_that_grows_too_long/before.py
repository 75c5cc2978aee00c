def list_users(db: Session, skip: int = 0, limit: int = 100, active: bool = 1) -> list:
    return []
