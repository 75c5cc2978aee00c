"""The project around the app: its root, its dependencies and their versions."""

from __future__ import annotations

import configparser
import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from fastarch.discover import source
from fastarch.discover.profile import Dependencies

# What the profile tells versions of; other declared packages are in `Dependencies.declared`.
TOLD = (
    "fastapi", "pydantic", "sqlalchemy", "sqlmodel", "alembic", "starlette", "pydantic-settings",
    "tortoise-orm", "beanie",
)  # fmt: skip
_MARKERS = ("pyproject.toml", "setup.py", ".git")
_REQUIREMENT = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*\(?([^;#)]*)")
_LOCKED = re.compile(r'name = "([^"\n]+)"\nversion = "([^"\n]+)"')
LARGEST = 2_000_000


def find_root(start: Path) -> Path:
    """The nearest folder, upward, with a pyproject.toml, a requirements file, a setup.py or .git.

    The start itself, where there is none.
    """
    for folder in (start, *start.parents):
        names = listing(folder)
        if any(name in _MARKERS or _is_requirements(name) for name in names):
            return folder
    return start


def load_toml(path: Path) -> dict[str, object]:
    """A TOML file; empty where it is missing or broken."""
    try:
        return tomllib.loads(source.decode(path.read_bytes()))
    except (OSError, tomllib.TOMLDecodeError):
        return {}


# --- dependencies


def read_dependencies(
    root: Path, start: Path
) -> tuple[Dependencies | None, str | None, dict[str, str]]:
    """What the app depends on: the file that declares it, its Python, and the versions told.

    Folders from ``start`` (the entry's) up to the root are looked at, the nearest first; in each,
    pyproject.toml before requirements files, setup.cfg, setup.py and Pipfile. Lock files fill
    in versions that are not declared.

    Args:
        root: The project's root.
        start: A folder in it.
    """
    found: list[Dependencies] = []
    python: str | None = None
    for folder in _upward(start, root):
        found += _declared_in(root, folder)
        python = python or _python(folder)
    chosen = next((d for d in found if "fastapi" in d.declared), found[0] if found else None)
    declared: dict[str, str] = {}
    for dependencies in ([chosen] if chosen else []) + found:
        for name, spec in dependencies.declared.items():
            if not declared.get(name):
                declared[name] = spec
    locked: dict[str, str] = {}
    for folder in _upward(start, root):
        for name, version in _locked(folder).items():
            locked.setdefault(name, version)
    versions: dict[str, str] = {}
    for name in TOLD:
        if name in declared or (name in locked and declared):
            spec = declared.get(name) or (f"=={locked[name]}" if name in locked else "")
            versions[name] = spec or "*"
    if chosen is not None:
        folders = _upward(start, root)
        groups = [_named_in_groups(load_toml(folder / "pyproject.toml")) for folder in folders]
        groups += [_extras(folder / "setup.cfg") for folder in folders]
        chosen = replace(chosen, known=frozenset(declared).union(*groups))
    return chosen, python, versions


def _upward(start: Path, root: Path) -> list[Path]:
    folders = [start, *start.parents]
    return folders[: folders.index(root) + 1] if root in folders else [root]


def _declared_in(root: Path, folder: Path) -> Iterator[Dependencies]:
    def told(path: Path) -> str:
        return path.relative_to(root).as_posix()

    path = folder / "pyproject.toml"
    data = load_toml(path)
    if project := table(data, "project"):
        declared = dict(_parse_requirements(_strings(project.get("dependencies"))))
        if "fastapi" not in declared:
            declared = {**_group_requirements(data), **declared}
        yield Dependencies(told(path), "pyproject", declared)
    elif poetry := table(data, "tool", "poetry"):
        yield Dependencies(told(path), "poetry", _poetry(poetry))
    for name in sorted(_requirement_files(folder), key=_requirement_rank):
        declared = dict(_requirements(folder / name, set()))
        if declared:
            yield Dependencies(told(folder / name), "requirements", declared)
    for name in ("setup.cfg", "setup.py"):
        if declared := _setup(folder / name):
            yield Dependencies(told(folder / name), "setup", declared)
    if packages := table(load_toml(folder / "Pipfile"), "packages"):
        declared = {_normal(n): _version_of(v) for n, v in packages.items()}
        yield Dependencies(told(folder / "Pipfile"), "other", declared)


def _poetry(poetry: Mapping[str, object]) -> dict[str, str]:
    declared: dict[str, str] = {}
    groups = [table(group, "dependencies") for group in _tables(poetry.get("group"))]
    for own in (table(poetry, "dependencies"), *groups):
        if "fastapi" in declared:
            break
        for name, value in own.items():
            if name != "python":
                declared.setdefault(_normal(name), _version_of(value))
    return declared


def _group_requirements(data: Mapping[str, object]) -> dict[str, str]:
    """Optional dependencies and dependency groups: some apps keep the server's in one."""
    declared: dict[str, str] = {}
    optional = table(data, "project", "optional-dependencies")
    for group in (optional, table(data, "dependency-groups")):
        for value in group.values():
            for name, spec in _parse_requirements(_strings(value)):
                declared.setdefault(name, spec)
    return declared


def _named_in_groups(data: Mapping[str, object]) -> set[str]:
    """Every package of a group, Poetry's and uv's own tables included."""
    poetry = table(data, "tool", "poetry")
    tables = [table(group, "dependencies") for group in _tables(poetry.get("group"))]
    tables.append(table(poetry, "dev-dependencies"))
    names = {_normal(name) for one in tables for name in one}
    uv = _parse_requirements(_strings(table(data, "tool", "uv").get("dev-dependencies")))
    return names | {name for name, _ in uv} | set(_group_requirements(data))


def _requirements(path: Path, seen: set[Path]) -> Iterator[tuple[str, str]]:
    if path in seen or len(seen) > 30:
        return
    seen.add(path)
    try:
        text = source.decode(path.read_bytes())
    except OSError:
        return
    for line in text.replace("\\\n", " ").split("\n"):
        if included := re.match(r"\s*(?:-r|--requirement)[\s=]+(\S+)", line):
            yield from _requirements(path.parent / included.group(1), seen)
        else:
            yield from _parse_requirements([line])


def _parse_requirements(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        text = line.strip().strip("\0")
        if text and text[0] not in "#-" and (found := _REQUIREMENT.match(text)):
            spec = re.sub(r"\s*--hash.*|\s+#.*", "", found.group(2))
            yield _normal(found.group(1)), "" if "@" in spec else spec.replace(" ", "").strip()


def _setup(path: Path) -> dict[str, str]:
    try:
        text = source.decode(path.read_bytes())
    except OSError:
        return {}
    if path.suffix == ".cfg":
        lines = _config(text).get("options", "install_requires", fallback="").split("\n")
        return dict(_parse_requirements(lines))
    listed = re.search(r"install_requires\s*=\s*\[(.*?)\]\s*[,)]", text, re.DOTALL)
    return (
        dict(_parse_requirements(re.findall(r"""["']([^"'\n]+)["']""", listed.group(1))))
        if listed
        else {}
    )


def _config(text: str) -> configparser.ConfigParser:
    """A file of sections; empty where it cannot be read."""
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    with suppress(configparser.Error):
        parser.read_string(text)
        return parser
    return configparser.ConfigParser()


def _extras(path: Path) -> set[str]:
    """Every package of the extras in a ``setup.cfg``."""
    try:
        parser = _config(source.decode(path.read_bytes()))
    except OSError:
        return set()
    section = "options.extras_require"
    values = [value for _, value in parser.items(section)] if parser.has_section(section) else []
    return {name for value in values for name, _ in _parse_requirements(value.split("\n"))}


def _python(folder: Path) -> str | None:
    data = load_toml(folder / "pyproject.toml")
    for value in (
        table(data, "project").get("requires-python"),
        table(data, "tool", "poetry", "dependencies").get("python"),
    ):
        if isinstance(value, str):
            return value
    try:
        text = source.decode((folder / "setup.cfg").read_bytes())
    except OSError:
        text = ""
    if found := re.search(r"python_requires\s*=\s*(\S+)", text):
        return found.group(1)
    if isinstance(
        value := table(load_toml(folder / "Pipfile"), "requires").get("python_version"), str
    ):
        return f">={value}"
    ruff = (load_toml(folder / name) for name in (".ruff.toml", "ruff.toml"))
    for settings in (*ruff, table(data, "tool", "ruff")):
        target = settings.get("target-version")
        if isinstance(target, str) and (found := re.fullmatch(r"py3(\d+)", target)):
            return f">=3.{found.group(1)}"
    for name in (".python-version", "runtime.txt"):
        try:
            text = source.decode((folder / name).read_bytes())
        except OSError:
            continue
        if found := re.search(r"(\d+\.\d+)", text):
            return f">={found.group(1)}"
    return None


def _locked(folder: Path) -> dict[str, str]:
    """Versions that a lock file holds. Locks are searched, not parsed: that costs seconds."""
    found: dict[str, str] = {}
    for name in ("uv.lock", "poetry.lock", "pdm.lock"):
        text = small_text(folder / name, 20_000_000)
        for name_found, version in _LOCKED.findall(text):
            if _normal(name_found) in TOLD:
                found.setdefault(_normal(name_found), version)
    text = small_text(folder / "Pipfile.lock", 20_000_000)
    if text:
        try:
            packages = json.loads(text).get("default", {})
        except (ValueError, AttributeError):
            packages = {}
        for name, value in packages.items():
            version = value.get("version", "") if isinstance(value, dict) else ""
            found.setdefault(_normal(name), version.lstrip("="))
    return found


def listing(folder: Path) -> list[str]:
    """The names in a folder, in order; none where it cannot be read."""
    try:
        return sorted(path.name for path in folder.iterdir())
    except OSError:
        return []


def table(data: object, *keys: str) -> Mapping[str, object]:
    """A table in a table in a table; empty where there is none."""
    for key in keys:
        data = data.get(key) if isinstance(data, Mapping) else None
    return data if isinstance(data, Mapping) else {}


def _tables(data: object) -> list[Mapping[str, object]]:
    return [v for v in data.values() if isinstance(v, Mapping)] if isinstance(data, Mapping) else []


def _strings(value: object) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _version_of(value: object) -> str:
    if isinstance(value, Mapping):
        value = value.get("version")
    return "" if not isinstance(value, str) or value == "*" else value


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _is_requirements(name: str) -> bool:
    return name.endswith((".txt", ".in")) and "requirements" in name


def _requirement_files(folder: Path) -> list[str]:
    """Names of requirements files in a folder, or in its ``requirements/``."""
    found: list[str] = []
    for inner in ("", "requirements/"):
        names = listing(folder / inner)
        found += (
            inner + name
            for name in names
            if _is_requirements(name) or (inner and name.endswith(".txt"))
        )
    return found


def _requirement_rank(name: str) -> tuple[int, int, str]:
    common = ("requirements.in", "requirements.txt", "base.in", "base.txt", "requirements-base.txt")
    stem = name.rpartition("/")[2]
    return (common.index(stem) if stem in common else len(common), name.count("/"), name)


def small_text(path: Path, largest: int) -> str:
    """A file's text; empty where it cannot be read or is larger than so many bytes."""
    try:
        if path.stat().st_size > largest:
            return ""
        return source.decode(path.read_bytes())
    except OSError:
        return ""


def line_of(path: Path, word: str) -> int:
    """The first line of a file that has the word; 1 where none does."""
    text = small_text(path, LARGEST)
    return text.count("\n", 0, max(text.find(word), 0)) + 1
