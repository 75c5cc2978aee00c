from app.routers import items, products, users

ROUTERS = (
    items.router,  # first
    users.router,  # second
    # the end
    products.router,
)
