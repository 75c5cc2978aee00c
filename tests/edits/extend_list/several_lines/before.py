from app.routers import items, users

ROUTERS = (
    items.router,  # first
    users.router,  # second
    # the end
)
