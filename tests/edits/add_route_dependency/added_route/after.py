from fastapi import Depends, FastAPI

from app import views
from app.auth import get_current_user

app = FastAPI()
app.add_api_route(
    "/products",
    views.listing,
    methods=["GET"],
    dependencies=[Depends(get_current_user)],
)
app.add_api_route("/orders", views.orders, methods=["GET"])
