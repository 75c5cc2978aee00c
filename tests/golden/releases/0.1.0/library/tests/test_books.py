import pytest
from httpx2 import AsyncClient

pytestmark = pytest.mark.anyio


async def an_author(client: AsyncClient) -> str:
    response = await client.post("/api/authors", json={"name": "Ursula", "born": 1929})
    assert response.status_code == 201
    return str(response.json()["id"])


async def test_a_book_is_added_and_read(client: AsyncClient) -> None:
    author = await an_author(client)
    book = {"title": "The Dispossessed", "isbn": "9780060512750", "author_id": author}
    created = await client.post("/api/books", json=book)
    assert created.status_code == 201
    read = await client.get(f"/api/books/{created.json()['id']}")
    assert read.status_code == 200
    assert read.json()["title"] == "The Dispossessed"


async def test_an_isbn_is_unique(client: AsyncClient) -> None:
    author = await an_author(client)
    book = {"title": "The Dispossessed", "isbn": "9780060512750", "author_id": author}
    assert (await client.post("/api/books", json=book)).status_code == 201
    assert (await client.post("/api/books", json=book)).status_code == 409


async def test_there_is_no_such_book(client: AsyncClient) -> None:
    response = await client.get("/api/books/00000000-0000-0000-0000-000000000000")
    assert response.status_code == 404
