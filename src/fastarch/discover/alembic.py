"""Where migrations live, their heads, and how Alembic learns of models. Nothing is imported."""

from __future__ import annotations

import configparser
import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from fastarch.discover.database_facts import Alembic
from fastarch.discover.index import Module, ModuleIndex
from fastarch.discover.registration import registration
from fastarch.discover.symbols import Place
from fastarch.records import dataclass

_DEFAULT_TEMPLATE = "%(rev)s_%(slug)s"
_REVISION = re.compile(rb"^revision\b[^=\n]*=\s*\(?\s*[rbuRBU]?['\"]([^'\"]+)['\"]", re.MULTILINE)
_DOWN = re.compile(rb"^down_revision\b[^=\n]*=\s*(\([^)]*\)|\[[^\]]*\]|[^\n#]*)", re.MULTILINE)
_WORD = re.compile(rb"['\"]([^'\"]+)['\"]")


@dataclass(frozen=True, slots=True)
class _Config:
    """A section that names a script location."""

    file: str
    line: int
    section: str
    script: str
    template: str = _DEFAULT_TEMPLATE
    versions: str = ""
    recursive: bool = False


@dataclass(frozen=True, slots=True)
class _Found:
    env: Path
    config: _Config | None
    versions: tuple[Path, ...]
    revisions: tuple[Path, ...]


def environments(files: Iterable[Path]) -> list[Path]:
    """The ``env.py`` files of Alembic among the project's Python files."""
    found = []
    for path in files:
        if path.name == "env.py":
            try:
                data = path.read_bytes()
            except OSError:
                continue
            if b"alembic" in data and b"run_migrations" in data:
                found.append(path)
    return found


def find(
    index: ModuleIndex,
    envs: Sequence[Path],
    near: Path,
    models: Sequence[str],
    model_path: str,
    entry: Module | None = None,
) -> Alembic | None:
    """Read the migrations of the app.

    Args:
        envs: The ``env.py`` files, see :func:`environments`.
        near: The entry's file; of several environments, the one that lies nearest is meant.
        models: Dotted names of the modules that hold models.
        model_path: Pattern of a new model's path.
        entry: The entry's module; an ``env.py`` that imports it needs no registration.
    """
    candidates = [_candidate(index.root, index.import_root, env) for env in envs]
    if not candidates:
        return None
    ranked = sorted(
        candidates,
        key=lambda item: (
            item.config is None,
            -_common(item.env, near),
            -len(item.revisions),
            str(item.env),
        ),
    )
    chosen = ranked[0]
    env = index.at(chosen.env)
    kind, file = registration(index, env, models, model_path, entry)
    config = chosen.config
    script = chosen.env.parent
    mako = script / "script.py.mako"
    return Alembic(
        at=Place(config.file, config.line) if config else Place(env.file, 1),
        env=env.file,
        versions=index.relative(chosen.versions[0]),
        ini=config.file if config else None,
        heads=heads(chosen.revisions),
        file_template=config.template if config else _DEFAULT_TEMPLATE,
        registration=kind,
        file=file,
        template=mako.read_text("utf-8", "replace") if mako.is_file() else None,
        others=tuple(Place(index.relative(item.env), 1) for item in ranked[1:]),
    )


def heads(revisions: Iterable[Path]) -> tuple[str, ...]:
    """Revisions that no other one comes after, in the order of their file names."""
    found: dict[str, None] = {}
    followed: set[str] = set()
    for path in revisions:
        try:
            data = path.read_bytes()
        except OSError:
            continue
        own = _REVISION.search(data)
        if own is None:
            continue
        found[own.group(1).decode("utf-8", "replace")] = None
        down = _DOWN.search(data)
        if down is not None:
            followed |= {
                word.group(1).decode("utf-8", "replace") for word in _WORD.finditer(down.group(1))
            }
    return tuple(revision for revision in found if revision not in followed)


def _candidate(root: Path, import_root: Path, env: Path) -> _Found:
    folder = env.parent
    for config in _configs(root, folder):
        for script in _locations(root, import_root, root / config.file, config.script):
            if script == folder:
                versions = tuple(_versions(root, folder, config))
                return _Found(env, config, versions, tuple(_revisions(versions, config.recursive)))
    versions = (folder / "versions",)
    return _Found(env, None, versions, tuple(_revisions(versions, recursive=False)))


def _configs(root: Path, folder: Path) -> Iterator[_Config]:
    """Alembic's configurations in the folders above an environment, the nearest first."""
    for parent in (folder, *folder.parents):
        if root != parent and root not in parent.parents:
            break
        for path in sorted(
            parent.glob("*.ini"), key=lambda item: (item.name != "alembic.ini", item.name)
        ):
            yield from _ini(root, path)
        yield from _pyproject(root, parent / "pyproject.toml")


def _ini(root: Path, path: Path) -> Iterator[_Config]:
    try:
        text = path.read_text("utf-8-sig", errors="replace")
    except OSError:
        return
    if "script_location" not in text:
        return
    parser = configparser.RawConfigParser(strict=False, allow_no_value=True)
    try:
        parser.read_string(text)
    except configparser.Error:
        return
    shared = parser["alembic"] if parser.has_section("alembic") else {}
    for section in parser.sections():
        values = parser[section]
        script = values.get("script_location")
        if not script:
            continue
        template = values.get("file_template") or shared.get("file_template")
        line = next(
            (
                number
                for number, row in enumerate(text.split("\n"), 1)
                if row.startswith("script_location") and script in row
            ),
            1,
        )
        yield _Config(
            path.relative_to(root).as_posix(),
            line,
            section,
            script,
            (template or _DEFAULT_TEMPLATE).replace("%%", "%"),
            values.get("version_locations") or "",
            (values.get("recursive_version_locations") or "").lower() == "true",
        )


def _pyproject(root: Path, path: Path) -> Iterator[_Config]:
    try:
        text = path.read_text("utf-8-sig", errors="replace")
    except OSError:
        return
    if "tool.alembic" not in text:
        return
    try:
        table = tomllib.loads(text)["tool"]["alembic"]
    except (tomllib.TOMLDecodeError, KeyError, TypeError):
        return
    script = table.get("script_location") if isinstance(table, dict) else None
    if not isinstance(script, str):
        return
    locations = table.get("version_locations", "")
    line = next((n for n, row in enumerate(text.split("\n"), 1) if "tool.alembic" in row), 1)
    yield _Config(
        path.relative_to(root).as_posix(),
        line,
        "tool.alembic",
        script,
        str(table.get("file_template", _DEFAULT_TEMPLATE)).replace("%%", "%"),
        "\n".join(locations) if isinstance(locations, list) else str(locations),
        table.get("recursive_version_locations") is True,
    )


def _locations(root: Path, import_root: Path, config: Path, text: str) -> Iterator[Path]:
    """What a location may mean: relative to the configuration, the project or the import root."""
    text = text.strip().strip("\"'")
    if "%(here)s" in text or "%%(here)s" in text:
        where = text.replace("%%(here)s", str(config.parent)).replace(
            "%(here)s", str(config.parent)
        )
        yield Path(_normal(where))
        return
    if ":" in text and text[1:2] != ":":
        package, _, inner = text.partition(":")
        for base in (import_root, root, config.parent):
            yield base.joinpath(*package.split("."), *inner.split("/"))
        return
    for base in dict.fromkeys((config.parent, root, import_root)):
        yield Path(_normal(str(base / text)))


def _normal(path: str) -> str:
    parts: list[str] = []
    for part in Path(path).parts:
        if part == ".." and parts:
            parts.pop()
        elif part != ".":
            parts.append(part)
    return str(Path(*parts)) if parts else path


def _versions(root: Path, folder: Path, config: _Config) -> list[Path]:
    words = [
        word for word in re.split(r"[\s,;]+|(?<!%\(here\)s):(?=[/%\w.])", config.versions) if word
    ]
    found = [
        path
        for word in words
        for path in list(_locations(root, root, root / config.file, word))[:1]
        if path == root or root in path.parents
    ]
    return found or [folder / "versions"]


def _revisions(versions: Iterable[Path], recursive: bool) -> Iterator[Path]:
    for folder in versions:
        yield from sorted(folder.rglob("*.py") if recursive else folder.glob("*.py"))


def _common(env: Path, near: Path) -> int:
    return sum(1 for one, other in zip(env.parts, near.parts, strict=False) if one == other)
