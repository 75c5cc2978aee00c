"""Calls that block the event loop: in ``async def`` endpoints, and in what they call."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from fastarch.discover.advice_study import Finding, Reached, Study, own_nodes
from fastarch.discover.annotations import unwrap
from fastarch.discover.branches import value_of
from fastarch.discover.columns import lineage
from fastarch.discover.frames import Frame, Read
from fastarch.discover.index import Module
from fastarch.discover.modules import dotted
from fastarch.discover.neighbours import arguments
from fastarch.discover.uses import dependency
from fastarch.records import dataclass

_VERBS = ("get", "post", "put", "patch", "delete", "head", "options", "request")
_THREAD = "await run_in_threadpool(…) of fastapi.concurrency"
_HTTP = "httpx.AsyncClient"
_CALLS = {
    **{f"requests.{verb}": _HTTP for verb in _VERBS},
    **{f"httpx.{verb}": _HTTP for verb in _VERBS},
    "urllib.request.urlopen": _HTTP,
    "urllib.request.urlretrieve": _HTTP,
    "time.sleep": "await asyncio.sleep(…)",
    "subprocess.run": "await asyncio.create_subprocess_exec(…)",
    "subprocess.call": "await asyncio.create_subprocess_exec(…)",
    "subprocess.check_call": "await asyncio.create_subprocess_exec(…)",
    "subprocess.check_output": "await asyncio.create_subprocess_exec(…)",
    "os.system": "await asyncio.create_subprocess_shell(…)",
    "smtplib.SMTP": _THREAD,
    "smtplib.SMTP_SSL": _THREAD,
}
_SESSIONS = frozenset({
    "sqlalchemy.orm.Session", "sqlalchemy.orm.session.Session", "sqlmodel.Session",
    "sqlmodel.orm.session.Session", "sqlalchemy.orm.scoped_session",
})  # fmt: skip
_QUERIES = frozenset({
    "query", "execute", "scalars", "scalar", "exec", "get", "get_one", "commit", "flush", "refresh",
})  # fmt: skip
_DEPTH = 6


@dataclass(frozen=True, slots=True, eq=False)
class _Block:
    reached: Reached
    node: ast.Call
    what: str
    instead: str


def blocking(study: Study) -> Iterator[Finding]:
    """Calls during which no other request is served."""
    if not isinstance(study.operation.node, ast.AsyncFunctionDef):
        return
    seen: set[tuple[int, str]] = set()
    for block in sorted(_blocks(study), key=_line):
        line = _line(block)
        kind = "the database" if block.what.startswith("the database") else block.what
        key = (0 if kind == "the database" else line, kind)
        if key in seen:
            continue
        seen.add(key)
        where = ""
        if block.reached.via is not None:
            where = f" ({block.reached.frame.module.file}:{block.node.lineno})"
        plain = "" if _awaits(study) else "write def in place of async def (FastAPI then runs it in"
        plain = f"{plain} a thread), or " if plain else ""
        yield Finding(
            "blocking-call",
            study.operation.label,
            study.operation.module.file,
            line,
            f"It waits for {block.what}{where} in async def: meanwhile the server does nothing"
            " else.",
            f"{plain}use {block.instead}",
        )


def _line(block: _Block) -> int:
    return (block.reached.via or block.node).lineno


def _awaits(study: Study) -> bool:
    return any(
        isinstance(node, ast.Await | ast.AsyncFor | ast.AsyncWith)
        or (isinstance(node, ast.comprehension) and node.is_async)
        for node in own_nodes(study.operation.node)
    )


def _blocks(study: Study) -> Iterator[_Block]:
    for reached in study.reached:
        frame = reached.frame
        for node in own_nodes(frame.node) if not reached.threaded else ():
            if not isinstance(node, ast.Call) or _is_answered_before(frame, node):
                continue
            origin = frame.index.origin(frame.module, node.func, frame.node)
            if origin in _CALLS and not _is_local(frame, node):
                yield _Block(reached, node, f"{origin}()", _CALLS[origin])
            elif not origin and dotted(node.func) == "open" and not _is_local(frame, node):
                yield _Block(reached, node, "open()", _THREAD)
            elif (
                isinstance(node.func, ast.Attribute)
                and node.func.attr in _QUERIES
                and _is_session(frame, node.func.value, _DEPTH)
            ):
                what = f"the database, {ast.unparse(node.func)}()"
                yield _Block(reached, node, what, f"an AsyncSession, or {_THREAD}")


def _is_answered_before(frame: Frame, node: ast.Call) -> bool:
    """Whether a function surely returns before a call: what it is asked for is in a dictionary."""
    for statement in frame.node.body:
        if statement.lineno >= node.lineno:
            return False
        match statement:
            case ast.If(
                test=ast.Compare(left=left, ops=[ast.In()], comparators=[known]),
                body=[*_, ast.Return()],
            ):
                is_known, value = value_of(Read(frame, left))
                found = frame.index.resolve(frame.module, dotted(known) or "-", frame.node)
                keys = found.value.keys if found and isinstance(found.value, ast.Dict) else []
                if is_known and any(getattr(key, "value", None) == value for key in keys if key):
                    return True
            case _:
                pass
    return False


def _is_local(frame: Frame, node: ast.Call) -> bool:
    """Whether the called name is one of the function's own values."""
    name = dotted(node.func).partition(".")[0]
    return frame.parameter(name) is not None or bool(frame.binding(name, node))


def _is_session(frame: Frame, node: ast.expr, depth: int) -> bool:
    """Whether an expression is surely a synchronous session."""
    if depth <= 0:
        return False
    match node:
        case ast.Name(id=name):
            values = frame.binding(name, node)
            if values:
                return all(_is_session(frame, value, depth - 1) for value in values)
            if frame.parameter(name) is None:
                return _is_entered(frame, name)
            argument, default = frame.parameter(name) or (None, None)
            assert argument is not None
            if argument.annotation is None and name in frame.given:
                caller, given = frame.given[name]
                return _is_session(caller, given, depth - 1)
            filled = dependency(frame.index, frame.module, argument.annotation, default)
            if filled is not None:
                return _says_session(frame, filled.module, filled.type)
            return _says_session(frame, frame.module, argument.annotation)
        case ast.Attribute(value=ast.Name(id="self"), attr=attribute):
            return _is_kept(frame, attribute)
        case ast.Call(func=function):
            return frame.index.origin(frame.module, function, frame.node) in _SESSIONS
        case _:
            return False


def _says_session(frame: Frame, module: Module, annotation: ast.expr | None) -> bool:
    said = unwrap(frame.index, module, annotation)
    return said.node is not None and frame.index.origin(said.module, said.node) in _SESSIONS


def _is_entered(frame: Frame, name: str) -> bool:
    """``with Session(engine) as session:``"""
    return any(
        isinstance(item.optional_vars, ast.Name)
        and item.optional_vars.id == name
        and isinstance(item.context_expr, ast.Call)
        and frame.index.origin(frame.module, item.context_expr.func, frame.node) in _SESSIONS
        for node in frame.statements()
        if isinstance(node, ast.With)
        for item in node.items
    )


def _is_kept(frame: Frame, attribute: str) -> bool:
    """``self.session``, which ``__init__`` is given."""
    for current in lineage(frame.index, frame.owner) if frame.owner is not None else ():
        for method in getattr(current.node, "body", ()):
            if not isinstance(method, ast.FunctionDef) or method.name != "__init__":
                continue
            given = {argument.arg: argument.annotation for argument, _ in arguments(method)}
            for node in ast.walk(method):
                if (
                    isinstance(node, ast.Assign)
                    and dotted(node.targets[0]) == f"self.{attribute}"
                    and isinstance(node.value, ast.Name)
                ):
                    return _says_session(frame, current.module, given.get(node.value.id))
    return False
