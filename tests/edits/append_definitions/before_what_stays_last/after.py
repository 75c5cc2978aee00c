from pydantic import BaseModel


class User(BaseModel):
    pets: "list[Pet]"


class Pet(BaseModel):
    name: str


class Product(BaseModel):
    name: str


class ProductUpdate(BaseModel):
    name: str | None = None


User.model_rebuild()

if __name__ == "__main__":
    print(User)
