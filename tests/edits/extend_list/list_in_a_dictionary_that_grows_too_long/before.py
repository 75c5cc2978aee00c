VERSIONS = {
    "/v1": [accounts.router, customers.router, invoices.router, orders.router],
    "/v2": [tracking.router],
}
