"""The parts of the probe that can be tried without ending the process."""

from __future__ import annotations

import json
from pathlib import Path

from fastapi import FastAPI

from fastarch.verify import probe


def test_an_answer_is_there_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "answer.json"
    probe.write(str(path), {"document": {"path": Path("x")}})
    assert json.loads(path.read_text()) == {"document": {"path": "x"}}
    assert [one.name for one in tmp_path.iterdir()] == ["answer.json"]


def test_what_a_factory_cannot_do_without() -> None:
    def create(a: int, b: int = 1, *c: int, d: int, e: int = 2, **f: int) -> None: ...

    assert probe.required(create) == ["a", "d"]


def test_an_app_that_serves_no_document_is_described_by_its_routes() -> None:
    app = FastAPI(openapi_url=None, license_info={"name": None})
    app.add_api_route("/users", lambda: None)
    assert set(probe.describe(app)["paths"]) == {"/users"}
    assert set(probe.describe(FastAPI(title="Shop"))["info"]) >= {"title"}
