VERSIONS = {
    "/v1": [users.router, items.router, products.router],
    "/v2": [tracking.router],
}
