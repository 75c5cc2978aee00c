from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env")

    title: str = "Shop"
    """The title."""
    auth_secret_key: SecretStr = Field(min_length=32)

    @property
    def url(self) -> str:
        return self.title


settings = Settings()
