from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    model_config = {}

    database_url: str = "sqlite:///app.db"
