from fastapi.testclient import TestClient


def test_an_agent_joins(client: TestClient) -> None:
    response = client.post("/api/v1/agents", json={"name": "Grace", "email": "grace@example.com"})
    assert response.status_code == 201
    assert client.get("/api/v1/agents").json() == [response.json()]


def test_an_address_belongs_to_one_agent(client: TestClient) -> None:
    agent = {"name": "Grace", "email": "grace@example.com"}
    assert client.post("/api/v1/agents", json=agent).status_code == 201
    assert client.post("/api/v1/agents", json=agent).status_code == 409
