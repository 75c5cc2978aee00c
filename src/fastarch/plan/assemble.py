"""From rendered text to a module: exact imports, in order, several pieces joined."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import NamedTuple

from fastarch.plan.reads import reads, statements_in
from fastarch.records import dataclass


class Bound(NamedTuple):
    """One imported name: ``from module import name as local`` or ``import module as local``."""

    module: str
    name: str | None
    local: str


@dataclass(frozen=True, slots=True)
class Part:
    """A statement of a module with the comments right above it.

    Args:
        names: What it defines at the module's top level.
        used: Names of the module's that it reads, those in quoted annotations included.
        is_plain: It is an assignment or a call.
    """

    text: str
    names: frozenset[str]
    used: frozenset[str]
    is_plain: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """A module in parts: docstring, imports, those for type checkers alone, the rest."""

    docstring: str | None
    imports: tuple[Bound, ...]
    typing_imports: tuple[Bound, ...]
    body: tuple[Part, ...]


def module(
    text: str,
    name: str,
    *,
    package: str | None = None,
    relative: bool = False,
    future: bool = False,
    local: Iterable[str] = (),
    is_package: bool = False,
) -> str:
    """Turn rendered text into a module with exact imports.

    Args:
        text: Docstring, imports (a superset will do) and definitions.
        name: Dotted name of the module, whose imports from itself are dropped.
        package: The app's top-level package; None where its modules lie at the import root.
        relative: Imports within ``package`` are written with dots.
        future: Add ``from __future__ import annotations``.
        local: Top-level names of the app's that are first party besides ``package``.
        is_package: It is an ``__init__.py``, from which a dot less leads to the same place.
    """
    return write(
        parse(text),
        name,
        package=package,
        relative=relative,
        future=future,
        local=local,
        is_package=is_package,
    )


def join(pieces: Sequence[str]) -> str:
    """Merge several rendered texts bound for one file; the first docstring stays.

    A definition that occurs twice with the same text is kept once.
    """
    if len(pieces) == 1:
        return pieces[0]
    parsed = [parse(piece) for piece in pieces]
    body: list[Part] = []
    for piece in parsed:
        body.extend(part for part in piece.body if part not in body)
    merged = Piece(
        next((piece.docstring for piece in parsed if piece.docstring), None),
        tuple(bound for piece in parsed for bound in piece.imports),
        tuple(bound for piece in parsed for bound in piece.typing_imports),
        tuple(body),
    )
    return _text(merged)


# Resources share much of their code, and each piece is looked at more than once.
_REMEMBERED = 500
_remembering = lru_cache(maxsize=_REMEMBERED)
_pieces: dict[str, Piece] = {}


def parse(text: str) -> Piece:
    """Take rendered text apart."""
    return _pieces.get(text) or _remember(text, _parse(text))


def _remember(text: str, piece: Piece) -> Piece:
    if len(_pieces) >= _REMEMBERED:
        _pieces.clear()
    _pieces[text] = piece
    return piece


def _parse(text: str) -> Piece:
    tree = ast.parse(text)
    lines = text.splitlines()
    casts = "cast(" in text
    docstring = ast.get_docstring(tree, clean=False)
    imports: list[Bound] = []
    typing_imports: list[Bound] = []
    body: list[Part] = []
    for number, node in enumerate(tree.body):
        if number == 0 and docstring is not None:
            continue
        if isinstance(node, ast.Import | ast.ImportFrom):
            imports.extend(_bounds(node))
        elif isinstance(node, ast.If) and _last_name(node.test) == "TYPE_CHECKING":
            for inner in node.body:
                if isinstance(inner, ast.Import | ast.ImportFrom):
                    typing_imports.extend(_bounds(inner))
        else:
            first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
            while first > 1 and lines[first - 2].startswith("#"):
                first -= 1
            own = "\n".join(lines[first - 1 : node.end_lineno])
            used = reads(node, own)
            for quoted in _quoted_types(node, casts=casts):
                with suppress(SyntaxError):
                    used = used.union(*(part.used for part in parse(quoted).body))
            is_plain = isinstance(node, ast.Assign | ast.AnnAssign | ast.Expr)
            body.append(Part(own, frozenset(_defined(node)), used, is_plain))
    return Piece(docstring, tuple(imports), tuple(typing_imports), tuple(body))


def reached(text: str, wanted: frozenset[str]) -> str:
    """The definitions of a text that are wanted, and those that these use, in their order."""
    piece = parse(text)
    kept: set[str] = set()
    while fresh := [one for one in piece.body if one.text not in kept and one.names & wanted]:
        kept.update(part.text for part in fresh)
        wanted = wanted.union(*(part.used for part in fresh))
    body = tuple(part for part in piece.body if part.text in kept)
    return _text(Piece(piece.docstring, piece.imports, piece.typing_imports, body)) if body else ""


def without(text: str, there: frozenset[str]) -> str:
    """A text without the definitions that are there already; empty where none is left."""
    piece = parse(text)
    body = tuple(part for part in piece.body if not part.names & there)
    return _text(Piece(piece.docstring, piece.imports, piece.typing_imports, body)) if body else ""


@_remembering
def names(text: str) -> frozenset[str]:
    """The names that a module's text defines at its top level, imports aside."""
    return frozenset[str]().union(*(part.names for part in parse(text).body))


@_remembering
def bound(text: str) -> frozenset[str]:
    """The names that a module has at its top level, as far as it can be read."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return frozenset()
    imported = {
        each.local
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for each in _bounds(node)
    }
    return frozenset(imported.union(*(_defined(node) for node in tree.body)))


def write(
    piece: Piece,
    name: str,
    *,
    package: str | None,
    relative: bool,
    future: bool,
    local: Iterable[str] = (),
    is_package: bool = False,
) -> str:
    """Put the parts together, with the imports that the body uses and no others."""
    read = frozenset[str]().union(*(part.used for part in piece.body))
    defined = frozenset[str]().union(*(part.names for part in piece.body))

    def wanted(bounds: Iterable[Bound]) -> list[Bound]:
        kept = [
            b for b in bounds if b.local in read and b.local not in defined and b.module != name
        ]
        # Of two that have the same name, Python takes the later one.
        return list({b.local: b for b in kept}.values())

    imports = wanted(piece.imports)
    runtime = {bound.local for bound in imports}
    typing_imports = [bound for bound in wanted(piece.typing_imports) if bound.local not in runtime]
    if typing_imports:
        imports.append(Bound("typing", "TYPE_CHECKING", "TYPE_CHECKING"))
    first_party = frozenset(local) | ({package} if package else frozenset())
    here = name if is_package else name.rpartition(".")[0]
    blocks = []
    if piece.docstring is not None:
        blocks.append(f'"""{piece.docstring}"""\n')
    if future:
        blocks.append("from __future__ import annotations\n")
    blocks.append(_import_block(imports, here, first_party, relative))
    if typing_imports:
        inner = _import_block(typing_imports, here, first_party, relative)
        blocks.append(
            "if TYPE_CHECKING:\n" + "".join(f"    {line}\n" for line in inner.splitlines() if line)
        )
    blocks.append(_spaced(piece.body))
    return "\n".join(block for block in blocks if block.strip())


def _spaced(body: Sequence[Part]) -> str:
    """Definitions apart from each other, assignments and calls together."""
    texts: list[str] = []
    for before, part in zip((None, *body), body, strict=False):
        if before is not None:
            texts.append("\n" if before.is_plain and part.is_plain else "\n\n\n")
        texts.append(part.text)
    return "".join(texts) + "\n"


def _text(piece: Piece) -> str:
    """The text of a piece, which need not be taken apart again."""
    lines = [] if piece.docstring is None else [f'"""{piece.docstring}"""']
    lines += [_spelled(bound, bound.module) for bound in dict.fromkeys(piece.imports)]
    if piece.typing_imports:
        lines.append("if TYPE_CHECKING:")
        lines += [
            f"    {_spelled(bound, bound.module)}" for bound in dict.fromkeys(piece.typing_imports)
        ]
    text = "\n".join([*lines, *(f"\n\n{part.text}" for part in piece.body)]) + "\n"
    _remember(text, piece)
    return text


def _bounds(node: ast.Import | ast.ImportFrom) -> list[Bound]:
    if isinstance(node, ast.Import):
        return [Bound(a.name, None, a.asname or a.name.partition(".")[0]) for a in node.names]
    if node.module == "__future__":
        return []
    return [Bound(node.module or "", a.name, a.asname or a.name) for a in node.names]


def _defined(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        return [node.name]
    if isinstance(node, ast.Assign):
        return [target.id for target in node.targets if isinstance(target, ast.Name)]
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return [node.target.id]
    return []


def _quoted_types(part: ast.stmt, *, casts: bool) -> Iterator[str]:
    """Types in quotes: in annotations, and what is given to ``cast``."""
    # Statements alone are soon walked; expressions are many.
    statements: list[ast.AST] = [part]
    while statements:
        node = statements.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            every = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
            for arg in (*every, node.args.vararg, node.args.kwarg):
                if arg is not None and arg.annotation is not None:
                    yield from _quoted(arg.annotation)
            if node.returns is not None:
                yield from _quoted(node.returns)
        elif isinstance(node, ast.AnnAssign):
            yield from _quoted(node.annotation)
        statements += statements_in(node)
    for node in ast.walk(part) if casts else ():
        if isinstance(node, ast.Call) and _last_name(node.func) == "cast":
            for argument in node.args[:1]:
                yield from _quoted(argument)


def _quoted(annotation: ast.AST) -> Iterator[str]:
    """Types in quotes; the words of a Literal and the arguments of calls are none."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        yield annotation.value
    elif isinstance(annotation, ast.Name | ast.Call):
        return
    elif not (isinstance(annotation, ast.Subscript) and _last_name(annotation.value) == "Literal"):
        for child in ast.iter_child_nodes(annotation):
            yield from _quoted(child)


def _last_name(node: ast.expr) -> str | None:
    """``Literal``, for ``typing.Literal`` too."""
    return node.id if isinstance(node, ast.Name) else getattr(node, "attr", None)


def _import_block(
    bounds: Iterable[Bound], package: str, first_party: frozenset[str], relative: bool
) -> str:
    """Import statements in isort's order: standard library, third party, first party."""
    groups: dict[int, dict[tuple[int, str], set[tuple[str, str]]]] = {0: {}, 1: {}, 2: {}}
    for bound in bounds:
        top = bound.module.partition(".")[0]
        group = 2 if top in first_party else 0 if top in sys.stdlib_module_names else 1
        module_name = bound.module
        if group == 2 and relative and bound.name is not None:
            module_name = _relative(bound.module, package)
        # Plain imports come before from-imports within a section.
        key = (0, f"{bound.module}\0{bound.local}") if bound.name is None else (1, module_name)
        groups[group].setdefault(key, set()).add((bound.name or "", bound.local))
    blocks = []
    for members in groups.values():
        lines = []
        for (kind, module_name), found in sorted(members.items(), key=_order):
            if kind == 0:
                plain, _, as_ = module_name.partition("\0")
                lines.append(_spelled(Bound(plain, None, as_), plain))
                continue
            # Sorters of imports want a renamed name on a line of its own.
            named = sorted(found, key=_member_order)
            lines += [f"from {module_name} import {n} as {as_}" for n, as_ in named if n != as_]
            if plain_names := ", ".join(n for n, as_ in named if n == as_):
                lines.append(f"from {module_name} import {plain_names}")
        if lines:
            blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


def _order(item: tuple[tuple[int, str], set[tuple[str, str]]]) -> tuple[int, int, str]:
    (kind, module_name), _ = item
    dots = len(module_name) - len(module_name.lstrip("."))
    # isort lists the farthest relative import first.
    return kind, -dots, module_name.lower()


def _member_order(pair: tuple[str, str]) -> tuple[int, str]:
    name = pair[0]
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2
    return kind, name


def _spelled(bound: Bound, module_name: str) -> str:
    if bound.name is None:
        plain = bound.local == module_name.partition(".")[0]
        return f"import {module_name}" if plain else f"import {module_name} as {bound.local}"
    as_ = "" if bound.local == bound.name else f" as {bound.local}"
    return f"from {module_name} import {bound.name}{as_}"


def _relative(target: str, package: str) -> str:
    """``app.models.user`` seen from a module in ``app.api``: ``..models.user``."""
    here = package.split(".")
    there = target.split(".")
    common = 0
    while common < min(len(here), len(there)) and here[common] == there[common]:
        common += 1
    if common == 0:
        return target
    return "." * (len(here) - common + 1) + ".".join(there[common:])
