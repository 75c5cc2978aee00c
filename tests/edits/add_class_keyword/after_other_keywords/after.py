from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings, case_sensitive=True, hide_input_in_errors=True):
    model_config = SettingsConfigDict(env_file=".env")

    name: str = "app"
