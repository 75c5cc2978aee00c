from .item import *
from .product import *
from .user import *
