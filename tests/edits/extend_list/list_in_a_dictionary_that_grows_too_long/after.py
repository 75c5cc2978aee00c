VERSIONS = {
    "/v1": [
        accounts.router,
        customers.router,
        invoices.router,
        orders.router,
        products.router,
    ],
    "/v2": [tracking.router],
}
