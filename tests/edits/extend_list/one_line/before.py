from app.routers import items, users

routers = [items.router, users.router]
