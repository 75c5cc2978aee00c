from fastapi import APIRouter


class Products:
    def __init__(self) -> None:
        self.router = APIRouter()
        self.router.add_api_route("/", self.listing)

    def listing(self) -> list[str]:
        return []
