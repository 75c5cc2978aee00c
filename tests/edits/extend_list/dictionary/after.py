routers = {
    "/users": users.router,
    "/items": items.router,
    "/products": products.router,
}
