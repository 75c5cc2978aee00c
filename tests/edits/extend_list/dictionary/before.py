routers = {
    "/users": users.router,
    "/items": items.router,
}
