from app.admin import routers as admin_routers

routers = admin_routers + [
    users.router,
]
