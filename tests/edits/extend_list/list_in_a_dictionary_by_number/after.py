VERSIONS = {
    1: [users.router, items.router, products.router],
    2: [tracking.router],
}
