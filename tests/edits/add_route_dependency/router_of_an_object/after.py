from fastapi import APIRouter, Depends

from app.auth import get_current_user


class Products:
    def __init__(self) -> None:
        self.router = APIRouter(dependencies=[Depends(get_current_user)])
        self.router.add_api_route("/", self.listing)

    def listing(self) -> list[str]:
        return []
