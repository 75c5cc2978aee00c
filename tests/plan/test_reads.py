"""What a statement reads is what ``symtable`` says that it reads."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from fastarch.plan import reads as module
from fastarch.plan.reads import reads

ROOT = Path(__file__).parents[2]
FILES = sorted(
    path
    for folder in ("src/fastarch", "tests/golden", "tests/plan", "examples")
    for path in (ROOT / folder).rglob("*.py")
)
ODD = """
@on(f"{key!r:>{width}}", *more, **rest)
async def f(a, /, b: B = c, *args: D, e: E = g, **kw: F) -> G:
    import os.path, sys as system
    from m import one as first
    (x, [y, *z]), w.v, u[t] = b, os, args
    with open(c) as h, lock as (i, j):
        del h
    try:
        v: V = first
        late: W
    except (A, B) as error:
        raise X(late) from error
    else:
        k = 1
    finally:
        pass
    for l in pairs:
        n += [(o, p, q) for o in l if o for p in o.p if r]
        def inner(s=x, *, y=unknown): return s, y, x, kw, inner, f
        class Inner(k):
            x = x
            def method(self): return x, Inner, self, k
    while not done: break
    return lambda aa, bb=cc: (aa, bb, {**kw, "k": dd}, aa.bb, ee), (await z), (yield n)


class K(Base, metaclass=Meta):
    a = b
    c: D = a
    e = [a for _ in a if c]
    __all__ = ["Shown"]

    @a.setter
    def a(self, e=c): return a, e


x: y = {a: b for a, b in c} | {d for d in d} - set(g for g in h)
del x, z[i]
assert m, n
"""
LEFT = """
def f():
    global x
    return x


def g():
    if (y := 1): return y


def h():
    match a:
        case B(c) as d: return c, d, e
"""


def compare(text: str) -> None:
    lines = text.splitlines()
    for node in ast.parse(text).body:
        if not isinstance(node, ast.Import | ast.ImportFrom):
            decorators = getattr(node, "decorator_list", [])
            first = min([node.lineno, *(one.lineno for one in decorators)])
            own = "\n".join(lines[first - 1 : node.end_lineno])
            told = module._read_text(own) - looped(node)
            assert reads(node, own) - looped(node) == told, own


def looped(statement: ast.stmt) -> set[str]:
    """Variables of comprehensions, which newer versions of Python take for the module's."""
    if sys.version_info < (3, 12):
        return set()
    loops = [node for node in ast.walk(statement) if isinstance(node, ast.comprehension)]
    names = [node for loop in loops for node in ast.walk(loop.target)]
    return {node.id for node in names if isinstance(node, ast.Name)}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_read_what_symtable_says(path: Path) -> None:
    compare(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("text", [ODD, LEFT])
def test_odd_code_reads_what_symtable_says(text: str) -> None:
    compare(text)


def test_most_code_is_read_off_its_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    left = []
    monkeypatch.setattr(module, "_read_text", lambda text: left.append(text) or frozenset())
    for path in FILES:
        if "golden" in path.parts:
            read_all(path.read_text(encoding="utf-8"))
    read_all(ODD)
    assert left == []
    read_all(LEFT)
    assert len(left) == 3


def read_all(text: str) -> None:
    for node in ast.parse(text).body:
        reads(node, "")
