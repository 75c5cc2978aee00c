from .item import Item as Item
from .user import User as User
