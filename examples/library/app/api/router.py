from fastapi import APIRouter

from app.api.routes import authors, books

api_router = APIRouter(prefix="/api")
api_router.include_router(authors.router, prefix="/authors", tags=["authors"])
api_router.include_router(books.router, prefix="/books", tags=["books"])
