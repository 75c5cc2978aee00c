from app import items, users

for router in (items.router, users.router, products.router):
    app.include_router(router)
