"""What a fuzzer that has read the OpenAPI document finds in a generated API."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.project import TOOLS, Project


@pytest.mark.parametrize("scaffolded", ["inventory", "library"], indirect=True)
def test_a_fuzzer_finds_nothing(scaffolded: Project, sqlite: str, tmp_path: Path) -> None:
    env = scaffolded.database(sqlite)
    scaffolded.make_tables(env)
    document = "/api/v1/openapi.json" if scaffolded.app.name == "inventory" else "/openapi.json"
    with scaffolded.serve(env) as client:
        done = scaffolded.run(
            str(TOOLS / "schemathesis"), "run", str(client.base_url.join(document)),
            "--include-path-regex", "/products",
            # FastAPI's routes are one method each: the framework's own answer to a method that is
            # not there names those of the first route of the path alone.
            "--exclude-checks", "allow_header_conformance",
            "--max-examples", "20",
            "--seed", "1",
            "--generation-database", "none",
            "--suppress-health-check", "all",
            cwd=tmp_path,
            check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
