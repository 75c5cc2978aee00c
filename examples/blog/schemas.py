from pydantic import BaseModel, ConfigDict, EmailStr


class PostBase(BaseModel):
    title: str
    body: str


class PostCreate(PostBase):
    pass


class Post(PostBase):
    id: int
    author_id: int

    model_config = ConfigDict(from_attributes=True)


class UserBase(BaseModel):
    email: EmailStr
    name: str


class UserCreate(UserBase):
    pass


class User(UserBase):
    id: int
    is_active: bool
    posts: list[Post] = []

    model_config = ConfigDict(from_attributes=True)
