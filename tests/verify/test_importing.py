"""Apps of all kinds are imported by the interpreter of the tests."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from fastarch.discover.profile import Entry
from fastarch.discover.symbols import Place, Symbol
from fastarch.errors import VerificationError
from fastarch.verify import importing
from fastarch.verify.importing import Importer
from fastarch.verify.openapi import operations
from tests.discover.apps import Files, write

# Stands in for FastAPI, so that an import takes no time.
FAKE = """
class FastAPI:
    def __init__(self, **said):
        self.said = said
    def openapi(self):
        return {"paths": {"/": {"get": self.said}}}
"""
APP = "from fake import FastAPI\n\napp = FastAPI()\n"


def importer(
    root: Path, files: Files, import_root: str = ".", entry: Entry | None = None
) -> Importer:
    """An app in a folder."""
    folder = "" if import_root == "." else f"{import_root}/"
    write(root, {f"{folder}fake.py": FAKE, **files})
    place = Place(f"{folder}main.py", 3)
    entry = entry or Entry(place, "main", "app", "instance")
    return Importer(root, import_root, entry, Path(sys.executable))


def problem(app: Importer) -> tuple[str, str, str]:
    """Why it does not import: where, what, the hint."""
    with pytest.raises(VerificationError) as caught:
        app.read_openapi()
    (found,) = caught.value.problems
    return found.where, found.message, found.hint or ""


@pytest.mark.parametrize(
    "text",
    [
        APP,
        "print('hello')\nimport sys; sys.stderr.write('note')\n" + APP,
        "import threading, time\nthreading.Thread(target=time.sleep, args=(60,)).start()\n" + APP,
        "import subprocess\nsubprocess.Popen(['sleep', '60'])\n" + APP,
        "import atexit, time\natexit.register(time.sleep, 60)\n" + APP,
        "import sys\nassert not sys.argv[1:] and not sys.stdin.read()\n" + APP,
    ],
    ids=["plain", "talks", "thread", "process", "atexit", "arguments"],
)
def test_an_app_that_imports(tmp_path: Path, text: str) -> None:
    started = time.monotonic()
    assert set(operations(importer(tmp_path, {"main.py": text}).read_openapi())) == {"GET /"}
    assert time.monotonic() - started < 10
    assert not list(tmp_path.rglob("__pycache__"))


@pytest.mark.parametrize("folder", [".", "backend"])
def test_files_beside_the_code_or_at_the_root(tmp_path: Path, folder: str) -> None:
    text = "open('settings.txt').close()\n" + APP
    app = importer(tmp_path, {"backend/main.py": text, f"{folder}/settings.txt": ""}, "backend")
    assert operations(app.read_openapi())


def test_a_factory_is_called(tmp_path: Path) -> None:
    text = (
        "from fake import FastAPI\n\ndef create_app(debug=False, *a, **k):\n    return FastAPI()\n"
    )
    entry = Entry(Place("main.py", 3), "main", "create_app", "factory")
    assert operations(importer(tmp_path, {"main.py": text}, entry=entry).read_openapi())


def test_a_factory_with_arguments(tmp_path: Path) -> None:
    text = "from fake import FastAPI\n\ndef create_app(settings, *, db):\n    return FastAPI()\n"
    entry = Entry(Place("main.py", 3), "main", "create_app", "factory")
    where, message, hint = problem(importer(tmp_path, {"main.py": text}, entry=entry))
    assert (where, "needs arguments (settings, db)" in message) == ("main.py:3", True)
    assert "--entry" in hint


def test_a_factory_whose_instance_is_known(tmp_path: Path) -> None:
    files = {
        "main.py": "from fake import FastAPI\n\ndef create_app(settings):\n    return FastAPI()\n",
        "asgi.py": "from main import create_app\napplication = create_app(1)\n",
    }
    symbol = Symbol(Place("asgi.py", 2), "asgi", "application")
    entry = Entry(Place("main.py", 3), "main", "create_app", "factory", instance=symbol)
    assert operations(importer(tmp_path, files, entry=entry).read_openapi())


def test_an_instance_inside_an_object(tmp_path: Path) -> None:
    text = "from fake import FastAPI\n\nclass server:\n    app = FastAPI()\n"
    entry = Entry(Place("main.py", 4), "main", "server.app", "instance")
    assert operations(importer(tmp_path, {"main.py": text}, entry=entry).read_openapi())


@pytest.mark.parametrize(
    ("text", "where", "words"),
    [
        ("import nowhere\n", "main.py:1", "ModuleNotFoundError: No module named 'nowhere'"),
        ("import other\n", "other.py:1", "ValueError: two\nlines"),
        ("1 +\n", "main.py:3", "SyntaxError"),
        ("app = 1\n", "main.py:3", "'int' object has no attribute 'openapi'"),
        ("other = 1\n", "main.py:3", "no attribute 'app'"),
        ("raise SystemExit('set SECRET first')\n", "main.py:3", "set SECRET first"),
        ("import os\nos._exit(3)\n", "main.py:3", "exit code 3"),
        ("import os\nos.kill(os.getpid(), 9)\n", "main.py:3", "exit code -9"),
    ],
)
def test_an_app_that_does_not_import(tmp_path: Path, text: str, where: str, words: str) -> None:
    files = {"main.py": text, "other.py": "\nraise ValueError('two\\nlines')\n"}
    found, message, hint = problem(importer(tmp_path, files))
    assert (found, words in message) == (where, True), message
    assert message.startswith("the app did not import: ")
    assert sys.executable in hint


def test_a_module_that_is_missing_has_a_hint(tmp_path: Path) -> None:
    *_, hint = problem(importer(tmp_path, {"main.py": "import nowhere\n"}))
    assert "--python" in hint


def test_an_app_that_takes_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "IMPORT_SECONDS", 0.5)
    app = importer(tmp_path, {"backend/main.py": "import time\ntime.sleep(60)\n"}, "backend")
    started = time.monotonic()
    _, message, _ = problem(app)
    assert "did not import within 0.5 s" in message
    assert time.monotonic() - started < 5
