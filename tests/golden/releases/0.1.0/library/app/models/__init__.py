from app.models.author import Author
from app.models.book import Book
from app.models.product import Product
from app.models.review import Review

__all__ = ["Author", "Book", "Product", "Review"]
