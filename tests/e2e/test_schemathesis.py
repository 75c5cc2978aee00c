"""What a fuzzer that has read the OpenAPI document finds in a generated API."""

from __future__ import annotations

import pytest

from tests.e2e.project import TOOLS, Project


def test_a_fuzzer_finds_nothing(
    scaffolded: Project, sqlite: str, request: pytest.FixtureRequest
) -> None:
    env = scaffolded.database(sqlite)
    scaffolded.make_tables(env)
    with scaffolded.serve(env) as client:
        path = "/api/v1/openapi.json" if scaffolded.app.name == "inventory" else "/openapi.json"
        done = scaffolded.run(
            str(TOOLS / "schemathesis"), "run", f"{client.base_url}{path}".replace("//api", "/api")
            .replace("//openapi", "/openapi"),
            "--include-path-regex", "/products",
            "--max-examples", "15",
            "--seed", "1",
            "--suppress-health-check", "all",
            "--generation-database", "none",
            check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert request.node.name in request.node.nodeid
