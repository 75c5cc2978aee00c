from app.models.product import Product  # noqa: F401
from app.models.user import User  # noqa: F401
