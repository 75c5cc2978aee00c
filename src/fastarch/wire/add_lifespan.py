"""Enter a context manager for as long as the app runs."""

from __future__ import annotations

from fastarch.records import dataclass
from fastarch.wire import nodes, tree
from fastarch.wire.import_wraps import Wrapped
from fastarch.wire.imports import AddImport, put_import, take_import
from fastarch.wire.items import Items, Space
from fastarch.wire.python import PythonEdit
from fastarch.wire.syntax import cst
from fastarch.wire.tree import Path, Source, Unable

_OLD = frozenset({"on_event", "on_startup", "on_shutdown", "add_event_handler"})


@dataclass(frozen=True, slots=True)
class AddLifespan(PythonEdit):
    """``FastAPI(lifespan=name)``; where the app has a lifespan function, its body is wrapped.

    Args:
        module: Dotted module of the context manager.
        name: The context manager, an async one that is called with the app.
        on: The variable that holds the app; None for the only ``FastAPI(…)`` there.
        function: Qualified name of the function that makes the app; None for the module.
        wrapped: Import lines that had to be wrapped, as in ``AddImport``.
    """

    module: str
    name: str
    on: str | None = None
    function: str | None = None
    wrapped: Wrapped = ()

    def paste(self) -> str:
        """The lines for by hand."""
        return (
            f"from {self.module} import {self.name}\n\n"
            f"FastAPI(..., lifespan={self.name})\n"
            f"# or, inside the app's own lifespan function, around all that it does:\n"
            f"async with {self.name}(app):\n    ..."
        )

    def put(self, source: Source) -> None:
        """Add the argument, or wrap the body."""
        if source.uses(self.name):
            return
        path = self._call(source)
        call = source.get(path)
        assert isinstance(call, cst.Call)
        given = next((arg for arg in call.args if _keyword(arg) == "lifespan"), None)
        if given is None:
            self._require_no_handlers(source, call)
            self._add_argument(source, path, call)
        else:
            self._wrap(source, given.value)
        put_import(source, (), AddImport(self.module, self.name))

    def take(self, source: Source) -> tuple[str, ...]:
        """Remove the argument, or unwrap the body."""
        path = self._call(source)
        call = source.get(path)
        assert isinstance(call, cst.Call)
        for index, arg in enumerate(call.args):
            if _keyword(arg) == "lifespan" and nodes.dotted(arg.value) == self.name:
                source.set(path, _with_arguments(call, _arguments(call).remove(index)))
                break
            if _keyword(arg) == "lifespan":
                self._unwrap(source, arg.value)
        take_import(source, (), AddImport(self.module, self.name))
        if source.uses(self.name):
            return (f"{self.name} is still used",)
        return ()

    def _call(self, source: Source) -> Path:
        """The path of the call that makes the app."""
        scope = tree.scope(source, self.function)
        found = []
        for path, statement in tree.statements(source, scope):
            for index, part in enumerate(nodes.small(statement)):
                value = getattr(part, "value", None)
                if not isinstance(value, cst.Call) or not _makes_app(value):
                    continue
                if self.on is None or self.on in nodes.targets(part):
                    found.append((*path, "body", index, "value"))
        if len(found) != 1:
            raise Unable(f"{'no' if not found else 'more than one'} FastAPI(…) was found there")
        return found[0]

    def _require_no_handlers(self, source: Source, call: cst.Call) -> None:
        names = {_keyword(arg) for arg in call.args}
        for node in nodes.walk(source.module):
            if isinstance(node, cst.Attribute):
                names.add(node.attr.value)
        if names & _OLD:
            raise Unable("the app has start-up or shutdown handlers, which a lifespan turns off")

    def _add_argument(self, source: Source, path: Path, call: cst.Call) -> None:
        new = cst.Arg(keyword=cst.Name("lifespan"), value=cst.Name(self.name), equal=_plain_equal())
        starred = next((i for i, arg in enumerate(call.args) if arg.star == "**"), len(call.args))
        source.set(path, _with_arguments(call, _arguments(call).insert(starred, new)))

    def _wrap(self, source: Source, given: cst.BaseExpression) -> None:
        place, function = self._lifespan(source, given)
        body = source.body((*place, "body"))
        block = function.body
        assert isinstance(block, cst.IndentedBlock)
        start = 1 if body and nodes.is_docstring(body[0]) else 0
        parameter = function.params.params[0].name.value if function.params.params else ""
        head = f"async with {self.name}({parameter}):\n    pass"
        outer = tree.parse_line(head, source.module)
        assert isinstance(outer, cst.With)
        inner = cst.IndentedBlock(body=body[start:], footer=block.footer, indent=block.indent)
        wrapped = outer.with_changes(body=inner)
        source.set((*place, "body"), block.with_changes(body=[*body[:start], wrapped], footer=()))

    def _unwrap(self, source: Source, given: cst.BaseExpression) -> None:
        place, function = self._lifespan(source, given)
        body = source.body((*place, "body"))
        for index, statement in enumerate(body):
            if not isinstance(statement, cst.With) or len(statement.items) != 1:
                continue
            item = statement.items[0].item
            if isinstance(item, cst.Call) and nodes.dotted(item.func) == self.name:
                inner = statement.body
                assert isinstance(inner, cst.IndentedBlock)
                whole = [*body[:index], *inner.body, *body[index + 1 :]]
                block = function.body.with_changes(body=whole, footer=inner.footer)
                source.set((*place, "body"), block)
                return

    def _lifespan(self, source: Source, given: cst.BaseExpression) -> tuple[Path, cst.FunctionDef]:
        """The app's own lifespan function."""
        name = nodes.dotted(given)
        for scope in dict.fromkeys((tree.scope(source, self.function), ())):
            for path, statement in tree.statements(source, scope):
                if isinstance(statement, cst.FunctionDef) and statement.name.value == name:
                    if statement.asynchronous is None:
                        raise Unable(f"the app's lifespan, {name}, is not an async function")
                    return path, statement
        raise Unable(f"the app's lifespan, {name or 'an expression'}, is not defined in this file")


def _no_space() -> Space:
    return cst.SimpleWhitespace("")


def _plain_equal() -> cst.AssignEqual:
    return cst.AssignEqual(whitespace_before=_no_space(), whitespace_after=_no_space())


def _keyword(arg: cst.Arg) -> str | None:
    return arg.keyword.value if arg.keyword is not None else None


def _makes_app(call: cst.Call) -> bool:
    name = nodes.dotted(call.func)
    return name is not None and name.rpartition(".")[2] == "FastAPI"


def _arguments(call: cst.Call) -> Items:
    """The arguments; without a trailing comma, the last one owns the space before the bracket."""
    args, close = list(call.args), _no_space()
    if args and not isinstance(args[-1].comma, cst.Comma):
        close = args[-1].whitespace_after_arg
        args[-1] = args[-1].with_changes(whitespace_after_arg=_no_space())
    return Items.of(args, call.whitespace_before_args, close)


def _with_arguments(call: cst.Call, items: Items) -> cst.Call:
    args = list(items.closed())
    if args and not items.trailing:
        args[-1] = args[-1].with_changes(whitespace_after_arg=items.before_close)
    return call.with_changes(args=args, whitespace_before_args=items.after_open)
