from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    title: str = "Shop"
    database_url: str = "sqlite:///app.db"

    class Config:
        env_file = ".env"
