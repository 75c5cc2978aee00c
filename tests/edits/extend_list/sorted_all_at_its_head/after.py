__all__ = ("Basket", "Item", "User")
