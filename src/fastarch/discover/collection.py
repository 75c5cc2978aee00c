"""The query behind a collection endpoint, followed from what the endpoint returns."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from fastarch.discover.abstracts import is_abstract, subclasses
from fastarch.discover.frames import Frame, Read, class_of, method_of
from fastarch.discover.index import Definition, ModuleIndex
from fastarch.discover.modules import dotted
from fastarch.discover.operations import Operation
from fastarch.discover.queries import MOST_CALLS, called, facts_of, given_by, is_query, refusal
from fastarch.discover.row_uses import (
    appends,
    is_nothing,
    leaves,
    refuse_caches,
    require_each,
    require_untouched,
)
from fastarch.discover.trail import Function, Site, Trail
from fastarch.errors import NotUnderstoodError, Problem
from fastarch.records import dataclass

_RUNS = frozenset({"execute", "scalars", "exec"})
PAGES = frozenset({"Page", "AskedPage", "CursorPage", "OffsetPage"})
_RESULTS = frozenset({"scalars", "unique", "mappings", "tuples", "columns"})
# What gives back what it is given, row by row.
_CARRIES = frozenset({
    "list", "tuple", "jsonable_encoder", "parse_obj_as", "validate_python", "dump_python", "cast",
    "dict", "JSONResponse", "ORJSONResponse", "UJSONResponse", "model_validate", "parse_obj",
})  # fmt: skip
_RESPONSES = frozenset({"JSONResponse", "ORJSONResponse", "UJSONResponse", "Response"})
_OTHER_ORDER = frozenset({"sorted", "reversed", "set", "frozenset", "filter", "islice", "groupby"})


def trail_of(index: ModuleIndex, operation: Operation) -> Trail:
    """Follow an operation to its queries.

    Raises:
        NotUnderstoodError: What it returns is no rows of a query, or not as the query gives them.
    """
    trail = Trail()
    scope = operation.scopes[-1] if operation.scopes else None
    owner = None
    if isinstance(scope, ast.ClassDef):
        owner = index.resolve(operation.module, scope.name)
    frame = Frame(index, operation.module, operation.node, operation.qualname, owner)
    if not _Tracer(trail).function(frame):
        raise NotUnderstoodError(
            Problem(
                f"No database query was found behind what {operation.node.name} returns.",
                file=operation.module.file,
                line=operation.node.lineno,
                hint="looked for: rows of select() or session.query() that it returns, itself or"
                f" through at most {MOST_CALLS} calls",
            )
        )
    return trail


def rows_of(read: Read) -> Trail | None:
    """Follow an expression to its queries; None where it is not surely the rows of one."""
    trail = Trail()
    try:
        return trail if _Tracer(trail).rows(read) else None
    except NotUnderstoodError:
        return None


@dataclass(frozen=True, slots=True, eq=False)
class _Tracer:
    trail: Trail

    def function(self, frame: Frame) -> bool:
        """Follow what a function returns; whether those are rows of a query."""
        returned = [
            Read(frame, node.value)
            for node in frame.statements()
            if isinstance(node, ast.Return) and node.value is not None
        ]
        sites, others = len(self.trail.sites), []
        for read in returned:
            shaped, responses = self.trail.shaped, len(self.trail.responses)
            if not self.rows(read):
                self.trail.shaped = shaped
                del self.trail.responses[responses:]
                others.append(read)
            elif frame.depth == 0:
                self.trail.returns.append(read)
        if len(self.trail.sites) == sites:
            return False
        for read in others:
            if not is_nothing(read.node):
                reason = (
                    f"{frame.node.name} also returns `{ast.unparse(read.node)}`, which the query"
                )
                raise refusal(read, f"{reason} did not give: it would be no page.")
        refuse_caches(frame)
        self.trail.functions.setdefault((frame.module.file, frame.node.lineno), Function(frame))
        self.trail.functions = dict(
            sorted(self.trail.functions.items(), key=lambda pair: pair[1].frame.depth)
        )
        return True

    def rows(self, read: Read) -> bool:
        """Follow an expression; whether it is the rows of a query, or carries them."""
        frame, node = read
        match node:
            case ast.Await(value=value):
                return self.rows(Read(frame, value))
            case ast.Name(id=name):
                return self.name(read, name)
            case ast.ListComp(elt=_, generators=parts) | ast.GeneratorExp(generators=parts):
                return self.loop(read, parts)
            case ast.Dict(values=values):
                found = self.several(read, [Read(frame, each) for each in values])
                if found and frame.depth == 0:
                    self.trail.shaped = True
                return found
            case (
                ast.List(elts=[ast.Starred(value=value)])
                | ast.Tuple(elts=[ast.Starred(value=value)])
            ):
                return self.rows(Read(frame, value))
            case ast.BoolOp(op=ast.Or(), values=[first, ast.List(elts=[])]):
                return self.rows(Read(frame, first))
            case ast.BinOp(left=left, right=right):
                if self.several(read, [Read(frame, left), Read(frame, right)]):
                    raise refusal(read, "Rows of a query are joined with others in Python.")
                return False
            case ast.Subscript(value=value):
                if isinstance(node.slice, ast.Slice) and self.is_rows(Read(frame, value)):
                    raise refusal(read, "Rows of a query are cut in Python, after all are read.")
                return False
            case ast.Call():
                return self.call(read, node)
            case _:
                return False

    def is_rows(self, read: Read) -> bool:
        """As ``rows``, without leaving a trace."""
        return _Tracer(Trail()).rows(read)

    def several(self, read: Read, parts: Sequence[Read]) -> bool:
        """Whether one of several expressions carries rows; two would need two cursors."""
        found = [part for part in parts if self.rows(part)]
        if len(found) > 1:
            raise refusal(read, f"{len(found)} queries are answered at once; a page has one.")
        return bool(found)

    def name(self, read: Read, name: str) -> bool:
        frame, node = read
        values = frame.binding(name, node)
        found = False
        for value in values:
            if isinstance(value, ast.List) and not value.elts:
                found = self.filled(read, name) or found
            else:
                found = self.rows(Read(frame, value)) or found
        if not values and name in frame.given:
            found = self.rows(frame.given[name])
        if found:
            require_untouched(read, name, self.trail)
        return found

    def filled(self, read: Read, name: str) -> bool:
        """``found = []`` and a loop that appends to it for each row."""
        frame = read.frame
        for loop in frame.statements():
            if not isinstance(loop, ast.For | ast.AsyncFor):
                continue
            fills = [node for node in ast.walk(loop) if appends(node, name)]
            if not fills or not self.rows(Read(frame, loop.iter)):
                continue
            direct = [
                node
                for node in loop.body
                if any(fill in ast.walk(node) for fill in fills) and isinstance(node, ast.Expr)
            ]
            if len(direct) != len(fills) or leaves(loop):
                raise refusal(
                    Read(frame, loop.iter),
                    "Rows of a query are chosen in Python: a page of them would have gaps.",
                    "move the condition to the query",
                )
            return True
        return False

    def loop(self, read: Read, parts: Sequence[ast.comprehension]) -> bool:
        if not self.rows(Read(read.frame, parts[0].iter)):
            return self.wrapped(Read(read.frame, parts[0].iter), parts)
        require_each(read, parts)
        return True

    def wrapped(self, read: Read, parts: Sequence[ast.comprehension]) -> bool:
        """A query or a result that is looped over as it is."""
        if not self.source(read):
            return False
        require_each(read, parts)
        return True

    # --- calls

    def call(self, read: Read, node: ast.Call) -> bool:
        frame = read.frame
        function = node.func
        word = dotted(function).rpartition(".")[2] or getattr(function, "attr", "")
        if frame.index.origin(frame.module, function, frame.node).startswith("fastapi_pagination"):
            raise refusal(read, "fastapi_pagination makes pages of it already.")
        arguments = [Read(frame, each) for each in node.args]
        arguments += [Read(frame, each.value) for each in node.keywords]
        is_all = isinstance(function, ast.Attribute) and word in {"all", "fetchall"}
        if is_all and not arguments and self.terminal(read, function):
            return True
        if word == "all" and len(node.args) == 1 and is_page(frame, function):
            facts = facts_of(arguments[0])
            self.trail.sites.append(Site(read, "run", facts, unique=True))
            return True
        if word in _OTHER_ORDER and any(map(self.is_rows, arguments)):
            raise refusal(
                read,
                f"Rows of a query are put in another order or left out in Python, by {word}().",
                "let the query do it",
            )
        if word in {"list", "tuple"} and len(arguments) == 1 and self.source(arguments[0]):
            return True
        target = called(frame, node)
        if target is not None and self.follow(read, node, *target):
            return True
        if not self.carries(frame, function, word, target):
            return self.source(read)
        if not self.several(read, arguments):
            return self.source(read)
        if frame.depth == 0 and word not in {"list", "tuple", "jsonable_encoder"}:
            self.trail.shaped = True
        if frame.depth == 0 and self.responds(frame, word, target):
            self.trail.responses.append(read)
        return True

    def carries(
        self, frame: Frame, function: ast.expr, word: str, target: tuple[Definition, object] | None
    ) -> bool:
        """Whether a call's value has what it is given: an envelope, an encoder, a response."""
        if word in _CARRIES or target is not None:
            return True
        found = frame.index.resolve(frame.module, dotted(function) or "-", frame.node)
        return found is not None and isinstance(found.node, ast.ClassDef)

    def responds(self, frame: Frame, word: str, target: tuple[Definition, object] | None) -> bool:
        """Whether a call makes a response, which has headers of its own."""
        if word in _RESPONSES:
            return True
        if target is None:
            found = frame.index.resolve(frame.module, word, frame.node)
            return (
                found is not None
                and isinstance(found.node, ast.ClassDef)
                and any(dotted(base).endswith("Response") for base in found.node.bases)
                and "BaseModel" not in ast.unparse(found.node)
            )
        inner = target[0].node
        assert isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef)
        if dotted(inner.returns).rpartition(".")[2] in _RESPONSES:
            return True
        return any(
            isinstance(node, ast.Return)
            and isinstance(node.value, ast.Call)
            and dotted(node.value.func).rpartition(".")[2] in _RESPONSES
            for node in ast.walk(inner)
        )

    def follow(
        self, read: Read, node: ast.Call, found: Definition, owner: Definition | None
    ) -> bool:
        """Go into a function of the project."""
        frame = read.frame
        assert isinstance(found.node, ast.FunctionDef | ast.AsyncFunctionDef)
        if frame.depth >= MOST_CALLS or found.node is frame.node:
            return False
        given = given_by(frame, node, found)
        inner = Frame(
            frame.index, found.module, found.node, found.name, owner, given, frame.depth + 1
        )
        if is_abstract(found.node) and owner is not None:
            if not self.implementation(read, found, owner):
                return False
            self.trail.functions[found.module.file, found.node.lineno] = Function(inner)
            self.trail.calls.append(read)
            return True
        if not self.function(inner):
            return False
        if (found.module.file, found.node.lineno) in self.trail.functions:
            reached = self.trail.functions[found.module.file, found.node.lineno]
            if _only_arguments(self.trail, reached):
                return True
        self.trail.calls.append(read)
        return True

    def implementation(self, read: Read, found: Definition, owner: Definition) -> bool:
        """Go into the one method that does what an abstract one says."""
        frame, node = read
        assert isinstance(node, ast.Call)
        name = found.name.rpartition(".")[2]
        others = [
            (method, sub)
            for sub in subclasses(frame.index, owner)
            if (method := method_of(frame, sub, name)) is not None and method.node is not found.node
        ]
        if len(others) != 1:
            return False
        (method, sub) = others[0]
        assert isinstance(method.node, ast.FunctionDef | ast.AsyncFunctionDef)
        given = given_by(frame, node, method)
        inner = Frame(
            frame.index, method.module, method.node, method.name, sub, given, frame.depth + 1
        )
        return self.function(inner)

    def terminal(self, read: Read, function: ast.expr) -> bool:
        """``….all()``: of a query, or of a result."""
        assert isinstance(function, ast.Attribute)
        below = Read(read.frame, function.value)
        if is_query(below):
            self.trail.sites.append(Site(read, "all", facts_of(below), unique=True))
            return True
        return self.source(below)

    def source(self, read: Read, *, unique: bool = False) -> bool:
        """A result that has not been read yet, or a query that is looped over."""
        frame, node = read
        match node:
            case ast.Await(value=ast.Call() as call):
                return self.run(Read(frame, call), unique=unique, awaited=True)
            case ast.Call(func=ast.Attribute(value=value, attr=word), args=[]) if word in _RESULTS:
                return self.source(Read(frame, value), unique=unique or word == "unique")
            case ast.Name(id=name):
                values = frame.binding(name, node)
                return len(values) == 1 and self.source(Read(frame, values[0]), unique=unique)
            case ast.Call():
                if self.run(read, unique=unique, awaited=False):
                    return True
            case _:
                return False
        if is_query(read):
            self.trail.sites.append(Site(read, "wrap", facts_of(read), unique=True))
            return True
        return False

    def run(self, read: Read, *, unique: bool, awaited: bool) -> bool:
        """``session.execute(statement)``."""
        frame, node = read
        if not (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in _RUNS
            and node.args
        ):
            return False
        facts = facts_of(Read(frame, statement_of(read)))
        self.trail.sites.append(Site(read, "run", facts, unique=unique, awaited=awaited))
        return True


def statement_of(read: Read) -> ast.expr:
    """The statement that a call runs: a page is given its session before."""
    assert isinstance(read.node, ast.Call)
    has_session = len(read.node.args) > 1 and is_page(read.frame, read.node.func)
    return read.node.args[1 if has_session else 0]


def is_page(frame: Frame, function: ast.expr) -> bool:
    """Whether a method is one of a page that was put there before."""
    owner = class_of(frame, function.value) if isinstance(function, ast.Attribute) else None
    return owner is not None and owner.name in PAGES


def _only_arguments(trail: Trail, reached: Function) -> bool:
    """Whether rows came into a function by its arguments, and no query is run in it."""
    inside = [site for site in trail.sites if site.read.frame.node is reached.frame.node]
    below = [call for call in trail.calls if call.frame.node is reached.frame.node]
    if inside or below:
        return False
    del trail.functions[reached.frame.module.file, reached.frame.node.lineno]
    return True
