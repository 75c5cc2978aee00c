from functools import lru_cache

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Settings of the service, from HELPDESK_* variables."""

    model_config = SettingsConfigDict(env_prefix="HELPDESK_", env_file=".env", extra="ignore")

    database_url: str = "sqlite+aiosqlite:///./helpdesk.db"
    debug: bool = False


@lru_cache
def get_settings() -> Settings:
    return Settings()
