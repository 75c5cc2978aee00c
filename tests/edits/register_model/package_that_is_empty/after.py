from app.models.product import Product
