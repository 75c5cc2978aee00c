ROUTERS: list = [
    "items",
    "zones",
    ("products", {"tags": ["products"]})
]
