def list_users(db: Session, skip: int = 0, limit: int = 50, active: bool = 1) -> list:
    return []
