from fastapi.testclient import TestClient


def test_a_ticket_is_closed(client: TestClient) -> None:
    ticket = client.post("/api/v1/tickets", json={"subject": "Help", "body": "It is broken"}).json()
    assert ticket["open"] is True
    response = client.patch(f"/api/v1/tickets/{ticket['id']}", json={"open": False})
    assert response.status_code == 200
    assert client.get("/api/v1/tickets?open_only=true").json() == []


def test_no_such_ticket(client: TestClient) -> None:
    assert client.patch("/api/v1/tickets/7", json={"open": False}).status_code == 404


def test_health(client: TestClient) -> None:
    assert client.get("/health").json() == {"status": "ok"}
