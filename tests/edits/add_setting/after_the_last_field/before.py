from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env")

    title: str = "Shop"
    """The title."""

    @property
    def url(self) -> str:
        return self.title


settings = Settings()
