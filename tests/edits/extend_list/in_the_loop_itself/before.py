from app import items, users

for router in (items.router, users.router):
    app.include_router(router)
