from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env", extra="ignore")

    PROJECT_NAME: str = "Inventory"
    API_V1_STR: str = "/api/v1"
    DATABASE_URL: str = "sqlite:///./inventory.db"


settings = Settings()
