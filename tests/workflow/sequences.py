"""A project on which commands and edits by hand follow each other, and what must always hold."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.workflow.shop import ROOT, run, shop, tree

Fields = dict[str, str]
PYTHON = sys.executable

# By name, what a field may say; each is one that a table with rows can get.
WORDS: Mapping[str, tuple[str, ...]] = {
    "name": ("str=20", "str=40", "str=40:search", "str=40:sort:unique", "text"),
    "price": ("decimal=10,2:ge=0", "decimal=12,2:ge=0:filter", "decimal=12,3:le=50"),
    "status": ("enum=draft,live:default=draft", "enum=draft,live,gone:default=live:filter"),
    "note": ("text:null", "str=500:null", "str=500:default=none"),
    "count": ("int:default=1", "bigint:null", "int:default=7:filter:sort"),
    "active": ("bool:default=true", "bool:null"),
    "due": ("date:null", "datetime:null:sort"),
    "code": ("str=8:null:unique", "str=8:null:index"),
    "email": ("email:null", "str=99:null"),
    "data": ("json:null", "list=str:null"),
}
LOGGER = "import logging\n\nlogger = logging.getLogger(__name__)\n"


def _before_definitions(text: str, lines: str) -> str:
    """Lines where the imports end."""
    place = re.search(r"^(?=@|class |def |async def |[A-Z]\w+ ?[=:])", text, re.MULTILINE)
    return text if place is None else f"{text[: place.start()]}{lines}\n\n{text[place.start() :]}"


def _in_first_body(text: str, line: str) -> str:
    """A line at the beginning of the first function that has a docstring of one line."""
    pattern = r'(^(?:async )?def [^#]*?:\n    """[^"\n]*"""\n)'
    return re.sub(pattern, rf"\1    {line}\n", text, count=1, flags=re.MULTILINE)


def _with_function(text: str) -> str:
    number = text.count("def mine")
    return f"{text}\n\ndef mine{number}(value: int) -> int:\n    return value\n"


def _formatted(text: str) -> str:
    command = [PYTHON, "-m", "ruff", "format", "--isolated", "--line-length", "60", "-"]
    return subprocess.run(
        command, input=text, capture_output=True, check=True, encoding="utf-8"
    ).stdout


EDITS: Mapping[str, Callable[[str], str]] = {
    "a comment at the end": lambda text: f"{text}\n# Mine.\n",
    "a function at the end": _with_function,
    "an import and a constant": lambda text: _before_definitions(text, LOGGER),
    "a line in a body": lambda text: _in_first_body(text, "assert __name__  # mine"),
    "a comment in a body": lambda text: _in_first_body(text, "# Mine, too."),
    "shorter lines": _formatted,
    "Windows": lambda text: text.replace("\r\n", "\n").replace("\n", "\r\n"),
}  # fmt: skip


def spec_text(name: str, fields: Mapping[str, str], *, timestamps: bool | None = None) -> str:
    """The YAML of a resource."""
    lines = [f"resource: {name}"]
    if timestamps is not None:
        lines.append(f"timestamps: {str(timestamps).lower()}")
    lines += ["fields:", *(f"  {key}: {value}" for key, value in fields.items())]
    return "\n".join(lines) + "\n"


class Project:
    """A copy of an app; commands run in this process."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @classmethod
    def copy(cls, app: str) -> Project:
        """A copy of an app in a folder of its own."""
        self = cls(Path(tempfile.mkdtemp(prefix="fastarch-test-")) / "app")
        if app == "shop":
            self.root.mkdir()
            shop(self.root)
        else:
            ignore = shutil.ignore_patterns("__pycache__", ".*_cache", "*.db")
            shutil.copytree(ROOT / "examples" / app, self.root, ignore=ignore)
        return self

    def close(self) -> None:
        """Remove it."""
        shutil.rmtree(self.root.parent)

    def run(self, *words: str, codes: tuple[int, ...] = (0,)) -> int:
        """A command; it must end with one of the codes, and without a traceback."""
        result = run(*words, "--app", str(self.root), code=None)
        assert result.exit_code in codes, f"{' '.join(words)}\n{result.output}"
        return result.exit_code

    def tree(self) -> dict[str, bytes]:
        """Every file."""
        return tree(self.root)

    def require_sound(self) -> None:
        """Every module compiles, every name is bound, nothing is defined twice, nothing is left."""
        for path, content in self.tree().items():
            if path.endswith(".py"):
                compile(content, path, "exec")
        command = [
            PYTHON, "-m", "ruff", "check", "--isolated", "--no-cache", "--quiet",
            "--select", "F821,F811,F822", "--output-format", "concise", ".",
        ]  # fmt: skip
        done = subprocess.run(command, cwd=self.root, capture_output=True, check=False)
        assert done.returncode == 0, done.stdout.decode()
        assert not (self.root / ".fastarch/tmp").exists()

    def require_serving(self, *tests: str) -> None:
        """The app imports in a process of its own, and these tests pass."""
        drop = ("COV_", "COVERAGE_", "PYTEST_")
        env = {key: value for key, value in os.environ.items() if not key.startswith(drop)}
        env |= {"PYTHONPATH": ".", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        module = "app.main" if (self.root / "app/main.py").exists() else "main"
        importing = [PYTHON, "-c", f"import {module}; {module}.app.openapi()"]
        testing = [
            PYTHON,
            "-m",
            "pytest",
            "-q",
            "-x",
            "-p",
            "anyio",
            "-p",
            "no:cacheprovider",
            *tests,
        ]
        for command in (importing, testing) if tests else (importing,):
            done = subprocess.run(
                command, cwd=self.root, env=env, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-3000:]
