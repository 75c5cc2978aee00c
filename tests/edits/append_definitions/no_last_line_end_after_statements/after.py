from sqlalchemy import String

from app.db import Base, engine

x = 1


class Product(Base):
    name = String

app = FastAPI()
app.include_router(a)
app.include_router(b)