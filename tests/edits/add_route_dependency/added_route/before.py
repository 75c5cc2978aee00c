from fastapi import FastAPI

from app import views

app = FastAPI()
app.add_api_route("/products", views.listing, methods=["GET"])
app.add_api_route("/orders", views.orders, methods=["GET"])
