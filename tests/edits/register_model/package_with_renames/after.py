from .item import Item as Item
from .product import Product as Product
from .user import User as User
