from pydantic import BaseModel


class User(BaseModel):
    pets: "list[Pet]"


class Pet(BaseModel):
    name: str


User.model_rebuild()

if __name__ == "__main__":
    print(User)
