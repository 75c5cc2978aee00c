def list_users(*, db, active=True, page: Page):
    return []
