from .item import Item, ItemKind
from .product import Product, ProductStatus
from .user import User

__all__ = [
    "Item",
    "ItemKind",
    "Product",
    "ProductStatus",
    "User",
]
