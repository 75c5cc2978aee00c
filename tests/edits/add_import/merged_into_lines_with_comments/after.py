from app.models import (
    Item,  # first
    Product,
    # then
    User
)
