from app.schemas import Product
