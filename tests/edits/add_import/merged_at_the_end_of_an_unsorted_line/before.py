from app.models import User, Item, Basket as Cart
