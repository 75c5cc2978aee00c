VERSIONS = {
    1: [users.router, items.router],
    2: [tracking.router],
}
