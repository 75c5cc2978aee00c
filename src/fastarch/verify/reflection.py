"""Read a table of a database with the project's own SQLAlchemy, in a process with a time limit."""

from __future__ import annotations

import json
import os
import re
import subprocess
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from fastarch.change.scratch import temporary_folder
from fastarch.errors import FastarchError, NotUnderstoodError, Problem, UsageError

REFLECT_SECONDS = 60
_PASSWORD = re.compile(r"://[^:/@\s]*:(?P<word>.*)@", re.DOTALL)
_IN_QUERY = re.compile(r"[?&](?:password|pwd|sslpassword)=(?P<word>[^&\s]*)", re.IGNORECASE)
_HIDDEN = "***"


def reflect_table(url: str, table: str | None, python: Path, folder: Path) -> dict[str, Any]:
    """What a table is, as the script `reflect` tells it.

    Args:
        url: The database, as SQLAlchemy takes it; its password is in no message.
        table: The table, with its schema before it where that is not the usual one.
        python: An interpreter that has SQLAlchemy and the database's driver.
        folder: Where the path of an SQLite file starts from.

    Raises:
        UsageError: the URL is none, or no or an unknown table is named; the hint lists the choices.
        NotUnderstoodError: the database cannot be read: no driver, no connection, no answer.
    """
    told = _asked(url, table, python, folder)
    if "error" in told:
        raise _refusal(told, url, table, python)
    if "tables" in told:
        names = [str(name) for name in told["tables"]]
        hint = "Choose one with --table:\n" + "\n".join(names) if names else None
        message = "No table is named." if names else "The database has no tables."
        raise UsageError(Problem(message, hint=hint))
    found: dict[str, Any] = told["table"]
    return found


def hidden(text: str, url: str) -> str:
    """A text without the password of a URL, as it is written there and as it is meant."""
    raw = {m["word"] for pattern in (_PASSWORD, _IN_QUERY) for m in pattern.finditer(url)}
    words = {word for one in raw for word in (one, unquote(one)) if word}
    for word in sorted(words, key=len, reverse=True):
        text = text.replace(word, _HIDDEN)
    if any("@" in word for word in raw):  # a driver takes its end for a part of the host's name
        text = re.sub(r"[^\s'\"/]*@", f"{_HIDDEN}@", text)
    return text


def _asked(url: str, table: str | None, python: Path, folder: Path) -> dict[str, Any]:
    with temporary_folder() as scratch:
        answer = Path(scratch) / "answer.json"
        script = Path(__file__).with_name("reflect.py")
        command = [str(python), "-B", str(script), str(answer)]
        try:
            done = subprocess.run(
                command,
                cwd=folder,
                input=json.dumps({"url": url, "table": table}),  # a process's arguments are public
                capture_output=True,
                text=True,
                timeout=REFLECT_SECONDS,
                check=False,
                env=os.environ | {"PYTHONIOENCODING": "utf-8"},
            )
        except subprocess.TimeoutExpired as error:
            message = f"The database did not answer within {REFLECT_SECONDS} s."
            raise NotUnderstoodError(Problem(message)) from error
        if not answer.exists():
            tail = hidden(done.stderr, url).strip().splitlines()
            why = tail[-1] if tail else f"its process ended with exit code {done.returncode}"
            raise NotUnderstoodError(
                Problem(f"The database was not read: {why}", hint=f"asked with {python}")
            )
        told: dict[str, Any] = json.loads(answer.read_text(encoding="utf-8"))
    return told


def _refusal(told: dict[str, Any], url: str, table: str | None, python: Path) -> FastarchError:
    why = hidden(str(told["error"]), url)
    names = [str(name) for name in told.get("names", ())]
    match told["kind"]:
        case "table":
            near = get_close_matches(table or "", names, n=1)
            listed = "\n".join(names)
            hint = f"did you mean {near[0]}?" if near else f"Choose one of:\n{listed}"
            message = f"There is no table {table} in the database."
            return UsageError(Problem(message, hint=hint if names else "it has no tables"))
        case "url":
            hint = "for example sqlite:///app.db or postgresql+asyncpg://user:password@host/name"
            return UsageError(Problem(f"--from-db: {why}", hint=hint))
        case "sqlalchemy":
            hint = f"asked {python}; --python names another interpreter"
            return NotUnderstoodError(
                Problem(
                    "The project's interpreter has no SQLAlchemy to read a database with.",
                    hint=hint,
                )
            )
        case "driver":
            hint = f"asked {python}; install the driver there, or name another with --python"
            return NotUnderstoodError(Problem(f"The database has no driver: {why}", hint=hint))
        case _:
            hint = f"asked with {python}"
            return NotUnderstoodError(Problem(f"The database cannot be read: {why}", hint=hint))
