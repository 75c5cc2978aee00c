import os

os.environ.setdefault("DATABASE_URL", "sqlite:///test.db")

from fastapi.testclient import TestClient  # noqa: E402

from main import app  # noqa: E402


def test_a_note_comes_and_goes():
    client = TestClient(app)
    note = client.post("/notes", json={"text": "buy milk"}).json()
    assert note in client.get("/notes").json()
    assert client.delete(f"/notes/{note['id']}").status_code == 204
    assert note not in client.get("/notes").json()
