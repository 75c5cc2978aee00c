from .item import Item
from .product import Product
from .user import User

__all__ = [
    "Item",
    "Product",
    "User",
]
