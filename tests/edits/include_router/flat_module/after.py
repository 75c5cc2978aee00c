from fastapi import FastAPI
from products import router as products_router
from users import router as users_router

app = FastAPI()
app.include_router(users_router)
app.include_router(products_router)
