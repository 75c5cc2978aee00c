from .item import *
from .user import *
