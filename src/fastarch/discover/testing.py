"""The app's tests: the folder, its conftest, and the fixtures that a new test can use."""

from __future__ import annotations

import ast
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from fastarch.discover.database_facts import Session
from fastarch.discover.evidence import PLAIN
from fastarch.discover.index import Module, ModuleIndex, dotted
from fastarch.discover.patterns import Subject, pattern
from fastarch.discover.profile import Tests

_SYNC = frozenset({"TestClient"})
_ASYNC = frozenset({"AsyncClient", "AsyncTestClient"})
_CLIENT = re.compile(r"\b(?:TestClient|AsyncClient|AsyncTestClient)\s*\(")
# A client whose paths begin below the app's own.
_PREFIXED = re.compile(r"\bbase_url=(?!['\"]\w+://[^/'\"{]+/?['\"])")
_FORM = re.compile(
    r"(?:\{(?:one|many)\}/)?test_(?:api_|routes?_|crud_)?\{(?:one|many)\}"
    r"(?:_(?:api|routes?|routers?|endpoints?|views?|crud|service|repository|resource))?"
)
_TABLES = re.compile(r"\bcreate_all\b|\bcommand\.upgrade\(")
_OWN_DATABASE = re.compile(
    r"\btmp_path|\btempfile\b|:memory:|sqlite[+\w]*://|os\.environ\[|\bsetenv\(|[Cc]ontainer\("
)
# Test files that are read at most; more of the same tell nothing new.
_ENOUGH = 60
_NAMES = (
    "client",
    "async_client",
    "test_client",
    "ac",
    "test_app",
    "test_app_with_db",
    "api_client",
)


def tests(
    index: ModuleIndex,
    files: Iterable[Path],
    about: Sequence[Subject],
    session: Session | None,
) -> Tests | None:
    """Read the tests of the app.

    Args:
        index: The app's modules.
        files: The project's Python files.
        about: What the app is about; tests are named after it.
        session: The session whose provider isolated fixtures override.
    """
    found = [path for path in files if _is_test(path) and not _aside(index.relative(path))]
    conftests = [path for path in found if path.name == "conftest.py"]
    cases = [path for path in found if path.name != "conftest.py"]
    if not found:
        return None
    clients = list(_clients(index, conftests))
    folder, form = _folder(index, cases, conftests, clients, about)
    module, name, is_async = _best(clients, folder)
    above = [
        path
        for path in conftests
        if path.parent in (index.root / folder, *(index.root / folder).parents)
    ]
    conftest = module.file if module is not None and module.path.name == "conftest.py" else None
    if conftest is None and above:
        conftest = index.relative(max(above, key=lambda path: len(path.parts)))
    return Tests(
        folder=folder,
        conftest=conftest,
        client=name,
        client_is_async=is_async,
        isolated=_isolated(index, found, session),
        async_marker=_marker(index, found, folder),
        pattern=form,
        prefix=_prefix(index, found),
    )


def _prefix(index: ModuleIndex, found: Sequence[Path]) -> str:
    """``src.``, where tests import ``src.app.main`` although the app itself says ``app.main``."""
    root = index.relative(index.import_root)
    if root == ".":
        return ""
    prefix = root.replace("/", ".") + "."
    votes: Counter[bool] = Counter()
    for path in found[:_ENOUGH]:
        text = path.read_text("utf-8", errors="replace")
        for name in re.findall(r"^\s*(?:from|import)\s+([\w.]+)", text, re.MULTILINE):
            if name.startswith(prefix) and index.find(name.removeprefix(prefix)) is not None:
                votes[True] += 1
            elif index.find(name) is not None:
                votes[False] += 1
    return prefix if votes[True] > votes[False] else ""


def _is_test(path: Path) -> bool:
    name = path.name
    return name == "conftest.py" or name.startswith("test_") or name.endswith("_test.py")


def _aside(file: str) -> bool:
    return any(
        part in ("docs", "examples", "node_modules", "templates") for part in file.split("/")[:-1]
    )


def _clients(index: ModuleIndex, conftests: Iterable[Path]) -> Iterator[tuple[Module, str, bool]]:
    """Fixtures that make a client, in conftests and the modules that these take fixtures from."""
    for path in conftests:
        module = index.at(path)
        texts = [module]
        if "pytest_plugins" in module.text or not _CLIENT.search(module.text):
            texts += [item for item in index.imports(module) if _CLIENT.search(item.text)]
        for item in texts:
            if not _CLIENT.search(item.text):
                continue
            for node in ast.walk(item.tree):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (
                    name := fixture_name(node)
                ):
                    kinds = {
                        dotted(call.func).rpartition(".")[2]
                        for call in ast.walk(node)
                        if isinstance(call, ast.Call)
                    }
                    if kinds & (_SYNC | _ASYNC) and not _PREFIXED.search(ast.unparse(node)):
                        yield item, name, bool(kinds & _ASYNC) and not kinds & _SYNC


def fixture_name(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str | None:
    """The name under which a function is a fixture; None where it is none."""
    for decorator in node.decorator_list:
        call = decorator if isinstance(decorator, ast.Call) else None
        name = dotted(call.func if call else decorator)
        if name.rpartition(".")[2] == "fixture":
            for word in call.keywords if call else ():
                if word.arg == "name" and isinstance(word.value, ast.Constant):
                    return str(word.value.value)
            return node.name
    return None


def _folder(
    index: ModuleIndex,
    cases: Sequence[Path],
    conftests: Sequence[Path],
    clients: Sequence[tuple[Module, str, bool]],
    about: Sequence[Subject],
) -> tuple[str, str]:
    """The folder of tests that go through a client, and the pattern of their names."""
    votes: Counter[str] = Counter()
    forms: dict[str, Counter[str]] = {}
    names = {name for _, name, _ in clients} | {"client"}
    word = re.compile(
        rf"\b(?:{'|'.join(sorted(map(re.escape, names)))})\s*[:,)]|TestClient\(|AsyncClient\("
    )
    for path in cases[:: len(cases) // _ENOUGH + 1]:
        try:
            text = path.read_text("utf-8", errors="replace")
        except OSError:
            continue
        file = index.relative(path)
        parent = str(PurePosixPath(file).parent)
        # Whether there are one or many of `auth` tells nothing.
        named = None if PLAIN.search(path.stem) else pattern(path.stem, about)
        named_there = any(name in text for name in names) or "Client(" in text
        score = (3 if named_there and word.search(text) else 0) + (1 if named else 0)
        inner = pattern(PurePosixPath(parent).name, about)
        if inner in ("{one}", "{many}"):
            # tests/widget/test_create_widget.py: a folder for each resource
            parent = str(PurePosixPath(parent).parent)
            named = f"{inner}/{named}" if named else None
        votes[parent] += score + 1
        if named:
            forms.setdefault(parent, Counter())[named] += 1
    if not votes:
        return (index.relative(conftests[0].parent), "")
    folder = max(votes, key=lambda item: (votes[item], -len(item)))
    best = forms.get(folder, Counter()).most_common(1)
    stem = best[0][0] if best else "test_{many}"
    if _FORM.fullmatch(stem) is None:
        words = re.findall(r"\{(?:one|many)\}", stem)
        stem = "/".join([*words[:-1], f"test_{words[-1]}"]) if words else "test_{many}"
    name = f"{stem}.py"
    return folder, name if folder in ("", ".") else f"{folder}/{name}"


def _best(
    clients: Sequence[tuple[Module, str, bool]], folder: str
) -> tuple[Module | None, str | None, bool]:
    """The client fixture that tests of the folder can use, the nearest and plainest first."""
    home = PurePosixPath(folder)

    def rank(item: tuple[Module, str, bool]) -> tuple[bool, int, int, bool]:
        module, name, is_async = item
        parent = PurePosixPath(module.file).parent
        reaches = parent == home or parent in home.parents
        known = _NAMES.index(name) if name in _NAMES else len(_NAMES)
        return not reaches, -len(parent.parts) if reaches else 0, known, is_async

    usable = [
        item
        for item in clients
        if item[0].path.name != "conftest.py"
        or (parent := PurePosixPath(item[0].file).parent) == home
        or parent in home.parents
    ]
    if not usable:
        return None, None, False
    return min(usable, key=rank)


def _isolated(index: ModuleIndex, files: Iterable[Path], session: Session | None) -> bool:
    """Whether the tests have a database of their own.

    Their fixtures override the session's provider, or make the tables in a database that they name.
    """
    if session is None:
        return False
    name = re.escape(session.provider.name.rpartition(".")[2])
    overrides = re.compile(
        rf"dependency_overrides\s*\[[^\]]*\b{name}\s*\]|dependency_overrides[^\n]*\{{[^}}]*\b{name}\b"
    )
    folders = dict.fromkeys(path.parent for path in files)
    helpers = [
        index.at(path).text
        for folder in folders
        for path in folder.glob("*.py")
        if not path.name.startswith("test_") and not path.name.endswith("_test.py")
    ]
    # The plain words first: a search for them is many times faster than the patterns'.
    return any(
        ("dependency_overrides" in text and overrides.search(text))
        or (
            ("create_all" in text or "command.upgrade" in text)
            and _TABLES.search(text)
            and _OWN_DATABASE.search(text)
        )
        for text in helpers
    )


def _marker(index: ModuleIndex, files: Sequence[Path], folder: str) -> str | None:
    """``anyio`` or ``asyncio``, as tests are marked; None where the configuration marks all."""
    if _automatic(index.root, index.root / folder):
        return None
    votes: Counter[str] = Counter()
    home = index.root / folder
    near = [path for path in files if path.name == "conftest.py" or home in path.parents]
    for path in near[:_ENOUGH]:
        text = index.at(path).text
        for found in re.finditer(r"pytest\.mark\.(anyio|asyncio)\b", text):
            votes[found.group(1)] += 1
        if re.search(r"def anyio_backend\b", text):
            votes["anyio"] += 1
    return votes.most_common(1)[0][0] if votes else None


def _automatic(root: Path, folder: Path) -> bool:
    for parent in (folder, *folder.parents):
        for name in ("pytest.ini", "setup.cfg", "tox.ini"):
            try:
                if re.search(
                    r"^asyncio_mode\s*=\s*auto", (parent / name).read_text("utf-8"), re.MULTILINE
                ):
                    return True
            except (OSError, UnicodeDecodeError):
                continue
        options = _pytest(parent / "pyproject.toml")
        if options.get("asyncio_mode") == "auto":
            return True
        if parent == root:
            break
    return False


def _pytest(path: Path) -> dict[str, Any]:
    try:
        data = tomllib.loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError):
        return {}
    tool = data.get("tool", {})
    table = tool.get("pytest", {}) if isinstance(tool, dict) else {}
    options = table.get("ini_options", table) if isinstance(table, dict) else {}
    return options if isinstance(options, dict) else {}
