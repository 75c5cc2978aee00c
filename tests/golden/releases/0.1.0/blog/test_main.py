import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker
from sqlalchemy.pool import StaticPool

from database import Base, get_db
from main import app

engine = create_engine(
    "sqlite://", connect_args={"check_same_thread": False}, poolclass=StaticPool
)
TestingSessionLocal = sessionmaker(autocommit=False, autoflush=False, bind=engine)


def override_get_db():
    db = TestingSessionLocal()
    try:
        yield db
    finally:
        db.close()


@pytest.fixture
def client():
    Base.metadata.create_all(bind=engine)
    app.dependency_overrides[get_db] = override_get_db
    yield TestClient(app)
    app.dependency_overrides.clear()
    Base.metadata.drop_all(bind=engine)


def test_create_user(client):
    response = client.post("/users/", json={"email": "ada@example.com", "name": "Ada"})
    assert response.status_code == 200
    user = response.json()
    assert user["email"] == "ada@example.com"
    assert client.get(f"/users/{user['id']}").json() == user


def test_email_is_taken(client):
    client.post("/users/", json={"email": "ada@example.com", "name": "Ada"})
    response = client.post("/users/", json={"email": "ada@example.com", "name": "Eve"})
    assert response.status_code == 400


def test_posts_of_a_user(client):
    user = client.post("/users/", json={"email": "ada@example.com", "name": "Ada"}).json()
    response = client.post(
        f"/users/{user['id']}/posts/", json={"title": "Hello", "body": "First post"}
    )
    assert response.status_code == 200
    assert [post["title"] for post in client.get("/posts/").json()] == ["Hello"]


def test_unknown_user(client):
    assert client.get("/users/42").status_code == 404
