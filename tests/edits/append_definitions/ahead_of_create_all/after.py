from fastapi import FastAPI
from sqlalchemy import Integer, String, create_engine

from app.db import Base

engine = create_engine("sqlite://")


class User(Base):
    id = Integer


def get_db():
    yield 1


class Product(Base):
    name = String


app = FastAPI()

Base.metadata.create_all(engine)


@app.get("/")
def home():
    return 1
