from app.models import (
    Item,  # first
    # then
    User
)
