import os

try:
    from app.old import Product
except ImportError:
    Product = None
