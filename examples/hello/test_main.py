from fastapi.testclient import TestClient

from main import app

client = TestClient(app)


def test_root():
    assert client.get("/").json() == {"Hello": "World"}


def test_item():
    assert client.get("/items/5?q=x").json() == {"item_id": 5, "q": "x"}
