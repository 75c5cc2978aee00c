"""Every way to sign in at once, on PostgreSQL: revisions there and back, and a conversation."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.auth.apps import app_with
from tests.e2e.apps import BY_NAME
from tests.services import postgres_database
from tests.workflow.shop import environment

WAYS = ("jwt --roles admin", "session", "api-key", "email", "oauth2 google")
MORE = {"blog": {"name": "Ada"}}
EXPECTED = [
    [201, 409],
    [200, 401],
    [200, 401, 401, 401],
    401,
    204,
    [401, 200],
    204,
    401,
    [401, 429],
]


@pytest.mark.parametrize("example", ["library", "clinic", "helpdesk", "blog", "inventory", "hello"])
def test_conversation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, example: str) -> None:
    known = BY_NAME[example]
    root = app_with(monkeypatch, tmp_path, example, WAYS)
    home = root / known.home
    with postgres_database() as url:
        env = environment(
            AUTH_SECRET_KEY="for this conversation, and long enough",
            PYTHONPATH=str(home / known.app_dir),
            **{known.database: url.replace("postgresql", known.drivers[1], 1)},
        )
        if known.migrates:
            for words in ("upgrade head", "check", "downgrade base", "upgrade head"):
                command = [sys.executable, "-m", "alembic", *words.split()]
                done = subprocess.run(
                    command, cwd=home, env=env, capture_output=True, text=True, check=False
                )
                assert done.returncode == 0, done.stdout + done.stderr
        script = str(Path(__file__).with_name("conversation.py"))
        more = json.dumps(MORE.get(example, {}))
        done = subprocess.run(
            [sys.executable, script, known.target, known.prefix, more],
            cwd=home,
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    assert json.loads(done.stdout) == EXPECTED
