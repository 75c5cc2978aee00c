[app.include_router(r) for r in [users.router]]
