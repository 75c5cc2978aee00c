from fastapi import APIRouter

from app.api.routes import authors, books, products, reviews

api_router = APIRouter(prefix="/api")
api_router.include_router(authors.router, prefix="/authors", tags=["authors"])
api_router.include_router(books.router, prefix="/books", tags=["books"])
api_router.include_router(products.router, prefix="/products", tags=["products"])
api_router.include_router(reviews.router, prefix="/reviews", tags=["reviews"])
