from fastapi import APIRouter, FastAPI

app = FastAPI()

users_router = APIRouter()


@users_router.get("/users")
def users():
    return []


app.include_router(users_router)

products_router = APIRouter()


@products_router.get("/products")
def products():
    return []
