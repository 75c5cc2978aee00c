"""New code in the project's own formatting, by one ruff process, away from the project."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Protocol

from ruff import find_ruff_bin  # type: ignore[import-untyped]  # ships no types

from fastarch.change.scratch import temporary_folder
from fastarch.errors import FastarchError, Problem
from fastarch.records import dataclass

_FAILED = re.compile(
    r"Failed to parse (?:\./)?(?P<file>.+?):(?P<line>\d+):(?P<column>\d+): (?P<why>.+)"
)
_IMPORTED = re.compile(r"^[ \t]*(?:from|import)[ \t]+(\w[\w.]*)", re.MULTILINE)


class Formatting(Protocol):
    """How the project's code is formatted (``discover.profile.Formatting``)."""

    @property
    def config(self) -> str | None:
        """The ruff configuration's file, from the root; None: by the settings below."""

    @property
    def line_length(self) -> int:
        """Characters."""

    @property
    def quotes(self) -> str:
        """``double`` or ``single``."""

    @property
    def indent(self) -> str:
        """One level of indentation."""


@dataclass(frozen=True, slots=True)
class Formatted:
    """Formatted sources by path, and a notice where the project's configuration is no use."""

    sources: dict[str, str]
    notice: str | None = None


def format_sources(
    sources: Mapping[str, str],
    root: Path,
    formatting: Formatting,
    *,
    sort_imports: bool = False,
    in_order: Collection[str] = (),
    meanwhile: Iterable[object] = (),
) -> Formatted:
    """Format new Python files as the project does; other files come back as they are.

    Files lie in a temporary folder under their own paths, so that settings for single files and
    folders apply. A configuration that this ruff cannot use is replaced by the derived settings.

    Args:
        sources: Text by path from the root.
        root: The project's root, for its configuration; nothing else is read, nothing is written.
        formatting: The configuration, or settings read off the app's files.
        sort_imports: Sort the imports too, unless the configuration does not ask for it.
        in_order: Paths of those whose imports are in the usual order.
        meanwhile: Other work, done piece by piece as long as ruff is at work.

    Raises:
        FastarchError: A file does not parse; it was made so.
    """
    python = {path: text for path, text in sources.items() if path.endswith(".py")}
    if not python:
        return Formatted(dict(sources))
    work = iter(meanwhile)
    root = Path(os.path.realpath(root))
    notice, result = None, None
    if formatting.config is not None:
        config = Path(os.path.realpath(root / formatting.config))
        if config.is_file():
            options = ["--config", str(config)]
            unsorted = python if _has_own_order(config) else python.keys() - set(in_order)
            sort = unsorted if sort_imports else ()
            result = _run(python, root, config.parent, options, work, sort)
        else:
            result = "there is no such file"
        if isinstance(result, str):
            notice = (
                f"{formatting.config} cannot be used by ruff here ({_reason(result)}); "
                "the new code is formatted by what the app's files look like."
            )
    if formatting.config is None or isinstance(result, str):
        options = _derived(formatting)
        result = _run(python, root, root, options, work, python if sort_imports else ())
    if not isinstance(result, dict):
        raise _broken(result or "")
    return Formatted({**sources, **result}, notice)


def _has_own_order(config: Path) -> bool:
    """Whether imports may be sorted in another order than the usual one."""
    text = config.read_bytes()
    return b"isort" in text or b"extend =" in text


def _derived(formatting: Formatting) -> list[str]:
    tab = formatting.indent.startswith("\t")
    settings = [
        f"line-length = {formatting.line_length}",
        f'format.quote-style = "{formatting.quotes}"',
        f'format.indent-style = "{"tab" if tab else "space"}"',
    ]
    if not tab:
        settings.append(f"indent-width = {len(formatting.indent)}")
    return ["--isolated", *(part for setting in settings for part in ("--config", setting))]


def _run(
    sources: Mapping[str, str],
    root: Path,
    home: Path,
    options: list[str],
    meanwhile: Iterator[object],
    unsorted: Collection[str],
) -> dict[str, str] | str:
    """The formatted sources, or what ruff finds wrong. Paths in a configuration start at home.

    Args:
        unsorted: Paths of those whose imports are to be sorted.
    """
    top = Path(os.path.commonpath([root, home]))
    with temporary_folder() as scratch:
        copy, at = (Path(scratch, folder.relative_to(top)) for folder in (root, home))
        for folder in {at, *((copy / path).parent for path in sources)}:
            folder.mkdir(parents=True, exist_ok=True)
        for path, text in sources.items():
            (copy / path).write_bytes(text.encode())
        base = os.path.relpath(copy, at)
        files = {path: os.path.normpath(f"{base}/{path}") for path in sources}
        if unsorted:
            _mirror_modules((sources[path] for path in unsorted), root, copy)
            # An app's own configuration says itself whether imports are sorted.
            which = "--select=I" if "--isolated" in options else "--fixable=I"
            sort = ["check", which, "--fix-only", "--exit-zero"]
            chosen = [files[path] for path in sources if path in unsorted]
            error = _ruff([*sort, *options], chosen, at, meanwhile)
            if error is not None:
                return error
        error = _ruff(["format", *options], list(files.values()), at, meanwhile)
        if error is not None:
            return error
        return {path: (copy / path).read_bytes().decode() for path in sources}


def _ruff(
    command: list[str], files: list[str], at: Path, meanwhile: Iterator[object]
) -> str | None:
    """Run ruff; what it says where it fails."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("RUFF_")
    }
    with subprocess.Popen(
        [find_ruff_bin(), *command, "--no-cache", "--", *files],
        cwd=at,
        env={**environment, "NO_COLOR": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
    ) as process:
        done = object()
        while process.poll() is None and next(meanwhile, done) is not done:
            pass
        _, said = process.communicate()
    return None if process.returncode == 0 else said or "ruff failed without a word"


def _mirror_modules(sources: Iterable[str], root: Path, copy: Path) -> None:
    """Make the app's own modules known: ruff tells them from others by their files."""
    modules = {module for text in sources for module in _IMPORTED.findall(text)}
    folders = [root, *(folder for folder in root.iterdir() if folder.is_dir())]
    homes: dict[str, list[Path]] = {}
    for module in sorted(modules):
        top = module.partition(".")[0]
        if top not in homes:
            homes[top] = [folder for folder in folders if _module_file(folder, top)]
        for file in filter(None, (_module_file(folder, module) for folder in homes[top])):
            target = copy / file.relative_to(root)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.touch()


def _module_file(folder: Path, module: str) -> Path | None:
    place = folder.joinpath(*module.split("."))
    if place.is_dir():
        return place / "__init__.py"
    file = place.with_name(f"{place.name}.py")
    return file if file.is_file() else None


def _reason(message: str) -> str:
    """The last cause that ruff names."""
    causes = [
        line.split("Cause:", 1)[1].strip() for line in message.splitlines() if "Cause:" in line
    ]
    lines = [line for line in message.splitlines() if line.strip()]
    return (causes or [line.removeprefix("error: ") for line in lines] or ["it fails"])[-1].rstrip(
        "."
    )


def _broken(message: str) -> FastarchError:
    found = _FAILED.search(message)
    if found is None:
        return FastarchError(Problem(f"The new code cannot be formatted: {_reason(message)}."))
    return FastarchError(
        Problem(
            f"The code made for this file does not parse: {found['why'].rstrip('.')}.",
            file=Path(os.path.normpath(found["file"])).as_posix(),
            line=int(found["line"]),
            column=int(found["column"]),
        )
    )
