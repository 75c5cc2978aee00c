from app.routers import items, products, users

routers = [items.router, users.router, products.router]
