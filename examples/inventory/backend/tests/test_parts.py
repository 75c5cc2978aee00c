import uuid

from fastapi.testclient import TestClient

from app.core.config import settings

PREFIX = settings.API_V1_STR


def open_warehouse(client: TestClient) -> str:
    response = client.post(
        f"{PREFIX}/warehouses/", json={"code": uuid.uuid4().hex[:8], "city": "Turin"}
    )
    assert response.status_code == 200
    return str(response.json()["id"])


def test_create_part(client: TestClient) -> None:
    data = {"title": "Drill", "shelf": "A3", "warehouse_id": open_warehouse(client)}
    response = client.post(f"{PREFIX}/parts/", json=data)
    assert response.status_code == 200
    assert response.json() == data | {"id": response.json()["id"]}


def test_read_parts(client: TestClient) -> None:
    warehouse_id = open_warehouse(client)
    for title in ("Drill", "Saw"):
        part = {"title": title, "warehouse_id": warehouse_id}
        client.post(f"{PREFIX}/parts/", json=part)
    content = client.get(f"{PREFIX}/parts/").json()
    assert content["count"] == 2
    assert [part["title"] for part in content["data"]] == ["Drill", "Saw"]


def test_part_not_found(client: TestClient) -> None:
    response = client.delete(f"{PREFIX}/parts/{uuid.uuid4()}")
    assert response.status_code == 404
