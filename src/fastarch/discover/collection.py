"""The query behind a collection endpoint, followed from what the endpoint returns."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from fastarch.discover.frames import Frame, Read, class_of
from fastarch.discover.index import Definition, ModuleIndex
from fastarch.discover.modules import dotted
from fastarch.discover.operations import Operation
from fastarch.discover.queries import MOST_CALLS, called, facts_of, given_by, is_query, refusal
from fastarch.discover.trail import Function, Site, Trail
from fastarch.errors import NotUnderstoodError, Problem
from fastarch.records import dataclass

_RUNS = frozenset({"execute", "scalars", "exec"})
_PAGES = frozenset({"Page", "AskedPage", "CursorPage", "OffsetPage"})
_RESULTS = frozenset({"scalars", "unique", "mappings", "tuples", "columns"})
# What gives back what it is given, row by row.
_CARRIES = frozenset({
    "list", "tuple", "jsonable_encoder", "parse_obj_as", "validate_python", "dump_python", "cast",
    "dict", "JSONResponse", "ORJSONResponse", "UJSONResponse", "model_validate", "parse_obj",
})  # fmt: skip
_RESPONSES = frozenset({"JSONResponse", "ORJSONResponse", "UJSONResponse", "Response"})
_OTHER_ORDER = frozenset({"sorted", "reversed", "set", "frozenset", "filter", "islice", "groupby"})
_MUTATES = frozenset({"sort", "reverse", "extend", "insert", "pop", "remove", "clear"})


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
            if not _is_nothing(read.node):
                reason = (
                    f"{frame.node.name} also returns `{ast.unparse(read.node)}`, which the query"
                )
                raise refusal(read, f"{reason} did not give: it would be no page.")
        _refuse_caches(frame)
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
            self.uses(read, name)
        return found

    def filled(self, read: Read, name: str) -> bool:
        """``found = []`` and a loop that appends to it for each row."""
        frame = read.frame
        for loop in frame.statements():
            if not isinstance(loop, ast.For | ast.AsyncFor):
                continue
            appends = [node for node in ast.walk(loop) if _appends(node, name)]
            if not appends or not self.rows(Read(frame, loop.iter)):
                continue
            direct = [
                node
                for node in loop.body
                if any(a in ast.walk(node) for a in appends) and isinstance(node, ast.Expr)
            ]
            if len(direct) != len(appends) or _leaves(loop):
                raise refusal(
                    Read(frame, loop.iter),
                    "Rows of a query are chosen in Python: a page of them would have gaps.",
                    "move the condition to the query",
                )
            return True
        return False

    def uses(self, read: Read, name: str) -> None:
        """Refuse what a function does with the rows besides passing them on."""
        frame = read.frame
        for node in (inner for one in frame.node.body for inner in ast.walk(one)):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id=said), attr=verb)):
                    if said == name and verb in _MUTATES:
                        raise refusal(
                            Read(frame, node),
                            f"Rows of a query are changed in Python, by {verb}().",
                            "let the query do it",
                        )
                case ast.Call(func=ast.Name(id="len"), args=[ast.Name(id=said)]) if said == name:
                    self.trail.counts.append(Read(frame, node))
                case ast.AugAssign(target=ast.Name(id=said)) if said == name:
                    raise refusal(
                        Read(frame, node.value), "Rows of a query are joined with others in Python."
                    )
                case _:
                    pass

    def loop(self, read: Read, parts: Sequence[ast.comprehension]) -> bool:
        if not self.rows(Read(read.frame, parts[0].iter)):
            return self.wrapped(Read(read.frame, parts[0].iter), parts)
        self.require_each(read, parts)
        return True

    def wrapped(self, read: Read, parts: Sequence[ast.comprehension]) -> bool:
        """A query or a result that is looped over as it is."""
        if not self.source(read):
            return False
        self.require_each(read, parts)
        return True

    def require_each(self, read: Read, parts: Sequence[ast.comprehension]) -> None:
        if len(parts) > 1 or any(part.ifs for part in parts):
            raise refusal(
                read,
                "Rows of a query are chosen in Python: a page of them would have gaps.",
                "move the condition to the query",
            )

    # --- calls

    def call(self, read: Read, node: ast.Call) -> bool:
        frame = read.frame
        function = node.func
        word = dotted(function).rpartition(".")[2] or getattr(function, "attr", "")
        arguments = [Read(frame, each) for each in node.args]
        arguments += [Read(frame, each.value) for each in node.keywords]
        if isinstance(function, ast.Attribute) and not arguments and word in {"all", "fetchall"}:
            return self.terminal(read, function)
        if word == "all" and len(node.args) == 1 and _is_page(frame, function):
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
        if not self.function(inner):
            return False
        if (found.module.file, found.node.lineno) in self.trail.functions:
            reached = self.trail.functions[found.module.file, found.node.lineno]
            if _only_arguments(self.trail, reached):
                return True
        self.trail.calls.append(read)
        return True

    def terminal(self, read: Read, function: ast.Attribute) -> bool:
        """``….all()``: of a query, or of a result."""
        frame = read.frame
        below = Read(frame, function.value)
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
    has_session = len(read.node.args) > 1 and _is_page(read.frame, read.node.func)
    return read.node.args[1 if has_session else 0]


def _is_page(frame: Frame, function: ast.expr) -> bool:
    """Whether a method is one of a page that was put there before."""
    owner = class_of(frame, function.value) if isinstance(function, ast.Attribute) else None
    return owner is not None and owner.name in _PAGES


def _only_arguments(trail: Trail, reached: Function) -> bool:
    """Whether rows came into a function by its arguments, and no query is run in it."""
    inside = [site for site in trail.sites if site.read.frame.node is reached.frame.node]
    below = [call for call in trail.calls if call.frame.node is reached.frame.node]
    if inside or below:
        return False
    del trail.functions[reached.frame.module.file, reached.frame.node.lineno]
    return True


def _is_nothing(node: ast.expr) -> bool:
    """Whether an expression says that there are no rows: ``[]``, an answer written out."""
    match node:
        case ast.Constant():
            return True
        case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts):
            return all(map(_is_nothing, parts))
        case ast.Dict(values=parts):
            return all(map(_is_nothing, parts))
        case ast.Call(args=parts, keywords=words):
            said = [*parts, *(word.value for word in words)]
            return (
                bool(said)
                and all(
                    _is_nothing(part) or isinstance(part, ast.Name | ast.Attribute) for part in said
                )
                if "Response" in dotted(node.func)
                else all(map(_is_nothing, said))
            )
        case ast.Attribute():
            return dotted(node).startswith("status.")
        case _:
            return False


def _appends(node: ast.AST, name: str) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "append"
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == name
    )


def _leaves(loop: ast.For | ast.AsyncFor) -> bool:
    """Whether a loop leaves rows out."""
    return any(isinstance(node, ast.Continue | ast.Break) for node in ast.walk(loop))


def _refuse_caches(frame: Frame) -> None:
    """Refuse a function whose answers are kept: a page must not be that of another."""
    for decorator in frame.node.decorator_list:
        name = dotted(decorator.func if isinstance(decorator, ast.Call) else decorator)
        last = name.rpartition(".")[2].lower()
        if "cache" in last or "memo" in last:
            reason = f"What {frame.node.name} gives is kept by @{name}, headers and pages aside."
            raise refusal(
                Read(frame, ast.copy_location(ast.Name(name, ast.Load()), decorator)),
                reason,
                "take the decorator off, or keep what does not come in pages",
            )
