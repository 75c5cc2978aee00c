__all__ = ("Item", "User")
