from .item import Item, ItemKind
from .user import User

__all__ = [
    "Item",
    "ItemKind",
    "User",
]
