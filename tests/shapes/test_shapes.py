"""Apps from the street, in small: each is read, added to, used, and given back as it was."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from difflib import ndiff
from pathlib import Path
from typing import Any

import pytest

from fastarch.change.draft import BOOKKEEPING
from fastarch.errors import FastarchError
from fastarch.workflow.inspection import facts_json
from fastarch.workflow.removal import remove_resource
from fastarch.workflow.resource import Request, new_resource
from fastarch.workflow.session import Mode, Target
from tests.shapes import databases, oddities, orms, roots, routers, variants
from tests.shapes.conftest import Ask
from tests.shapes.shape import Shape

SHARED = re.compile(r"(?:^|[/_])(?:column_types|integrity|common)(?:_\d+)?\.py$")
FIELDS = ("name:str=120", "price:decimal=10,2:ge=0", "note:text:null", "active:bool:default=true")
SHAPES = [
    s for module in (roots, routers, databases, orms, oddities, variants) for s in module.SHAPES
]


def _tree(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
        and not path.is_symlink()
        and not {"__pycache__", BOOKKEEPING, ".git"} & set(path.relative_to(root).parts)
        and path.suffix not in (".db", ".db-journal")
    }


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_shape(shape: Shape, tmp_path: Path, ask: Ask) -> None:
    root = tmp_path / "project"
    root.mkdir()
    shape.write(root)
    before = _tree(root)
    target = Target(root)
    request = Request("widgets", FIELDS, **shape.options)
    if shape.exit:
        _refused(shape, target, request)
        assert _tree(root) == before
        return
    old = _served(shape, root, ask) if shape.serve else {}
    _facts(shape, facts_json(target))
    report = new_resource(target, Mode(), request)
    assert report.status == "applied"
    after = _tree(root)
    _only_added(before, after)
    _compiles(before, after)
    _words(shape, after)
    for role, path in shape.places.items():
        assert path in after, f"{role}: {path} is not among {sorted(set(after) - set(before))}"
        assert before.get(path) != after[path], f"{role}: {path} is as it was"
    if shape.site is not None:
        assert before[shape.site] != after[shape.site]
    if shape.serve:
        _works(shape, old, _served(shape, root, ask, url=shape.url, headers=dict(shape.headers)))
    assert new_resource(target, Mode(), request).status == "unchanged"
    assert _tree(root) == after
    remove_resource(target, Mode(), "widgets")
    _given_back(shape, before, _tree(root))


def _served(shape: Shape, root: Path, ask: Ask, **more: Any) -> dict[str, Any]:
    told = ask(root=str(root), serve=shape.serve, **more)
    assert "error" not in told, told["error"]
    return told


def _refused(shape: Shape, target: Target, request: Request) -> None:
    with pytest.raises(FastarchError) as raised:
        new_resource(target, Mode(), request)
    assert raised.value.exit_code == shape.exit
    text = " ".join(f"{p.message} {p.file} {p.hint}" for p in raised.value.problems)
    for word in shape.says:
        assert word in text


def _facts(shape: Shape, found: Mapping[str, Any]) -> None:
    entry, site, session = found["entry"], found["router_site"], found["session"]
    told = {
        "entry": f"{entry['file']}:{entry['name']}",
        "site": site and site["file"],
        "session": session and session["name"],
        "layout": found["layout"]["kind"],
    }
    wanted = {name: getattr(shape, name) for name in told}
    assert {n: told[n] for n, v in wanted.items() if v} == {n: v for n, v in wanted.items() if v}


def _only_added(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> None:
    for path, content in before.items():
        assert path in after, f"{path} is gone"
        if content == after[path]:
            continue
        old, new = (
            text.decode("utf-8", "replace").splitlines(keepends=True)
            for text in (content, after[path])
        )
        lost = [
            line[2:].strip()
            for line in ndiff(old, new)
            if line.startswith("- ") and line[2:].strip()
        ]
        words = set(re.findall(r"\w+", "".join(new)))
        for line in lost:
            grew = set(re.findall(r"\w+", line)) <= words and re.search(
                r"import|[\[\](){},'\"]", line
            )
            unended = old[-1].strip() == line and not old[-1].endswith(("\n", "\r"))
            assert grew or unended, f"{path} lost {line}"
        assert (b"\r\n" in content) == (b"\r\n" in after[path]), f"{path}: line ends"
        if b"\r\n" in content:
            assert after[path].count(b"\n") == after[path].count(b"\r\n"), (
                f"{path}: mixed line ends"
            )
        assert content.startswith(b"\xef\xbb\xbf") == after[path].startswith(b"\xef\xbb\xbf")
        if b"\n\t" in content:
            assert not re.search(rb"^    ", after[path], re.MULTILINE), f"{path}: spaces among tabs"


def _compiles(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> None:
    for path, content in after.items():
        if path.endswith(".py") and before.get(path) != content:
            try:
                ast.parse(content, path)
            except SyntaxError:
                with pytest.raises(SyntaxError):
                    ast.parse(before.get(path, b""))


def _words(shape: Shape, after: Mapping[str, bytes]) -> None:
    for path, words in shape.has.items():
        text = after[path].decode()
        for word in words:
            assert word in text, f"{path} has no {word!r}:\n{text}"
    for path, words in shape.lacks.items():
        text = after[path].decode()
        for word in words:
            assert word not in text, f"{path} has {word!r}:\n{text}"


def _works(shape: Shape, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    assert new["post"][0] == 201, new["post"]
    status, items = new["list"]
    assert status == 200
    assert [item["name"] for item in items] == ["Spanner"]
    assert new["one"] == [200, 200, 204, 404]
    paths = new["openapi"]["paths"]
    assert shape.url in paths
    for path, operations in old["openapi"]["paths"].items():
        assert paths[path] == operations
    tags = [
        t
        for operations in old["openapi"]["paths"].values()
        for o in operations.values()
        for t in o.get("tags", ())
    ]
    added = {t for o in paths[shape.url].values() for t in o.get("tags", ())}
    assert not tags or added, "siblings carry tags"


def _given_back(shape: Shape, before: Mapping[str, bytes], after: Mapping[str, bytes]) -> None:
    left = {path for path in after if path not in before} - set(shape.keeps)
    left -= {path for path in left if "/versions/" in path or SHARED.search(path)}
    assert not left, f"left: {sorted(left)}"
    for path, content in before.items():
        if path not in shape.keeps:
            assert after.get(path) == content, f"{path} is not as it was"
