from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env", extra="ignore")

    app_name: str = "Library"
    database_url: str = "sqlite+aiosqlite:///./library.db"


settings = Settings()
