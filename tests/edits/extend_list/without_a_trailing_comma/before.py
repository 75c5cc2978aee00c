ROUTERS: list = [
    "items",
    "zones"
]
