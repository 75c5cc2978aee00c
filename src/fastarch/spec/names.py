"""Every spelling of a name, derived in one place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Name:
    """A resource's name as snake_case words: ``order_item`` and ``order_items``."""

    singular: str
    plural: str

    @property
    def one(self) -> str:
        """``order_item``"""
        return self.singular

    @property
    def many(self) -> str:
        """``order_items``"""
        return self.plural

    @property
    def One(self) -> str:
        """``OrderItem``"""
        return "".join(word[:1].upper() + word[1:] for word in self.singular.split("_"))

    @property
    def Many(self) -> str:
        """``OrderItems``"""
        return "".join(word[:1].upper() + word[1:] for word in self.plural.split("_"))

    @property
    def slug(self) -> str:
        """``order-items``, for URLs"""
        return self.plural.replace("_", "-")

    @property
    def human(self) -> str:
        """``order item``, for sentences"""
        return self.singular.replace("_", " ")

    @property
    def humans(self) -> str:
        """``order items``, for sentences"""
        return self.plural.replace("_", " ")
