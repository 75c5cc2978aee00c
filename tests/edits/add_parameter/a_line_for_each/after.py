def list_users(
    db: Session,
    active: bool = True,  # those who may sign in
    page: Page = ALL_ROWS,
    **filters: object,
) -> list:
    return []
