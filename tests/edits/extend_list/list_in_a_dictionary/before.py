VERSIONS = {
    "/v1": [users.router, items.router],
    "/v2": [tracking.router],
}
