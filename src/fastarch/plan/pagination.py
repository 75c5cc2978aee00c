"""The ``pagination`` feature: a page put on a collection endpoint that somebody wrote by hand."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

from fastarch.discover.frames import Read
from fastarch.discover.index import ModuleIndex
from fastarch.discover.modules import Module
from fastarch.discover.neighbours import arguments
from fastarch.discover.paged import names_in, page_there, runs_page
from fastarch.discover.paging import Collection
from fastarch.discover.profile import AppProfile
from fastarch.discover.trail import Function
from fastarch.errors import NotUnderstoodError, Problem
from fastarch.plan.order_index import order_index
from fastarch.plan.page_body import Envelope, model_of_body, returned
from fastarch.plan.page_call import PageOptions, bounds, page_call
from fastarch.plan.page_tests import Shown, page_tests
from fastarch.plan.pages_module import Home, Paged, pages_home, pages_steps
from fastarch.plan.parts import Part
from fastarch.plan.steps import EditFile, Step, Tell
from fastarch.records import dataclass
from fastarch.wire.add_parameter import AddParameter
from fastarch.wire.edit import Edit
from fastarch.wire.imports import AddImport
from fastarch.wire.page_query import PageQuery
from fastarch.wire.pass_argument import PassArgument
from fastarch.wire.replace_expression import ReplaceExpression

_PAGE_NAMES = ("page", "paging", "rows_page", "result_page")


def plan_pagination(
    collection: Collection,
    profile: AppProfile,
    options: PageOptions,
    name: str,
    read: Callable[[str], bytes | None],
    exists: Callable[[str], bool],
    earlier: str | None,
    now: datetime,
) -> tuple[Part, ...]:
    """Plan the page.

    Args:
        name: Of the feature's record.
        read: The bytes of a file, None where it is not there.
        exists: Whether there is a file or folder.
        earlier: Where the pages' module lies, if there is one.

    Raises:
        NotUnderstoodError: A page of the kind that was asked for cannot be put there.
    """
    paged = Paged(collection.operation.module.file, collection.is_async, collection.secret)
    home = pages_home(profile, paged, exists, earlier)
    planner = _Planner(collection, profile, options, home)
    edits = tuple(planner.steps())
    steps = (*pages_steps(paged, profile, home, planner.names(), read), *edits)
    index_steps, revision = order_index(collection, profile, options.migration, now)
    kept = {
        "by": options.by,
        "body": options.body,
        "limit": options.limit,
        "max": options.maximum,
        "total": options.total,
        "operation": collection.operation.label,
    }
    paths = {"pages_async" if collection.is_async else "pages": home.path}
    shown = Shown(
        enveloped=planner.body() is not None,
        counted=options.total or options.by == "offset" or any(True for _ in planner.counted()),
    )
    tests = tuple(page_tests(collection, profile, options, name, shown, read))
    part = Part("feature", name, (*steps, *index_steps, *tests), paths=paths, options=kept)
    return (part, Part("migration", "", revision)) if revision else (part,)


@dataclass(frozen=True, slots=True, eq=False)
class _Planner:
    collection: Collection
    profile: AppProfile
    options: PageOptions
    home: Home

    @property
    def width(self) -> int:
        return self.profile.formatting.line_length

    @property
    def page(self) -> str:
        """The name of the page in all functions: what those that have one already call it.

        Raises:
            NotUnderstoodError: it means something else elsewhere on the way.
        """
        functions = self.collection.trail.functions.values()
        there = {name for one in functions if (name := page_there(one)) is not None}
        fresh = [one for one in functions if page_there(one) is None]
        taken = frozenset[str]().union(*(names_in(one) for one in fresh))
        taken |= {one.name for one in self.collection.positions.offsets}
        if not there:
            return next(name for name in _PAGE_NAMES if name not in taken)
        name = min(there)
        if len(there) > 1 or name in taken:
            operation = self.collection.operation
            message = f"The pages on the way of {operation.label} have names that clash: {name}."
            hint = "give the page the same name in all functions"
            file, line = operation.module.file, operation.node.lineno
            raise NotUnderstoodError(Problem(message, file=file, line=line, hint=hint))
        return name

    @property
    def kind(self) -> str:
        return "CursorPage" if self.options.by == "cursor" else "OffsetPage"

    def body(self) -> Envelope | None:
        """The envelope to put around the rows; one of the app's own keeps its shape."""
        if self.options.body == "list" or self.collection.trail.shaped:
            return None
        further: tuple[str, ...]
        if self.options.by == "offset":
            name, further = "OffsetItems", ("total", "limit", "offset")
        elif self.options.total:
            name, further = "CountedItems", ("next", "total")
        else:
            name, further = "CursorItems", ("next",)
        return Envelope(name, further, self._import(self.collection.operation.module, name))

    def names(self) -> frozenset[str]:
        """What the pages' module has to have."""
        functions = self.collection.trail.functions.values()
        names = {"Page", self.kind, f"{self.options.by}_page"}
        if any(self._is_optional(one) for one in functions if one.frame.depth):
            names.add("ALL_ROWS")
        body = self.body()
        if body is not None and model_of_body(self.collection.operation) is not None:
            names.add(body.name)
        return frozenset(names)

    def steps(self) -> Iterator[Step]:
        yield from returned(self.collection, self.body(), self.page, self.width)
        yield from self.counted()
        for function in self.collection.trail.functions.values():
            if page_there(function) is None:
                yield self._parameter(function)
        inside = dict.fromkeys((*self._calls(), *self._queries()))
        yield from (EditFile(file, edit) for file, edit in inside)
        yield Tell(self._told())
        cors = self.collection.cors
        if cors is not None and self.options.body == "list":
            headers = '["Link"]' if self.options.by == "cursor" else '["Link", "X-Total-Count"]'
            yield Tell(
                f"Scripts of other origins can read these headers with expose_headers={headers} for"
                f" CORSMiddleware ({cors.file}:{cors.line})."
            )

    def _calls(self) -> Iterator[tuple[str, Edit]]:
        """The calls that pass the page on."""
        for read in self.collection.trail.calls:
            if _passes(read, self.page):
                continue
            said = f"{self.page}={self.page}"
            edit = PassArgument(read.frame.qualname, ast.unparse(read.node), said, self.width)
            yield read.frame.module.file, edit

    def _queries(self) -> Iterator[tuple[str, Edit]]:
        """The queries that the page runs."""
        for site in self.collection.trail.sites:
            frame, node = site.read
            if runs_page(site.read):
                continue
            unique = site.kind == "run" and site.unique
            edit = PageQuery(
                frame.qualname, ast.unparse(node), self.page, site.kind, unique, self.width
            )
            yield frame.module.file, edit

    # --- the endpoint

    def _parameter(self, function: Function) -> EditFile:
        frame = function.frame
        if frame.depth == 0:
            return self._dependency(function)
        typed = (
            any(argument.annotation is not None for argument, _ in arguments(frame.node))
            or len(list(arguments(frame.node))) <= 1
        )
        optional = self._is_optional(function)
        names = [*(["Page"] if typed else []), *(["ALL_ROWS"] if optional else [])]
        kind = self._import(frame.module, "Page").bound
        text = f"{self.page}: {kind}" if typed else self.page
        if optional:
            text += " = ALL_ROWS" if typed else "=ALL_ROWS"
        imports = tuple(self._import(frame.module, name) for name in sorted(names))
        edit = AddParameter(frame.qualname, text, imports, self.width)
        return EditFile(frame.module.file, edit)

    def _is_optional(self, function: Function) -> bool:
        """Other code calls it without a page; or a parameter without a default has no place."""
        positional = function.frame.node.args.defaults
        return function.shared or bool(positional)

    def _dependency(self, function: Function) -> EditFile:
        frame = function.frame
        counts = any(True for _ in self.counted())
        call = page_call(self.collection, self.options, counts=counts)
        kind = self._import(frame.module, self.kind)
        imports = [
            kind,
            self._import(frame.module, f"{self.options.by}_page"),
            AddImport("fastapi", "Depends"),
        ]
        if self.collection.annotated:
            text = f"{self.page}: Annotated[{kind.bound}, Depends({call})]"
            imports.append(AddImport("typing", "Annotated"))
        else:
            text = f"{self.page}: {kind.bound} = Depends({call})"
        edit = AddParameter(frame.qualname, text, tuple(imports), self.width)
        return EditFile(frame.module.file, edit)

    def counted(self) -> Iterator[EditFile]:
        """``len(rows)`` in an envelope means all rows."""
        trail = self.collection.trail
        seen = set()
        for read in trail.counts if trail.shaped else ():
            text = ast.unparse(read.node)
            key = (read.frame.module.file, read.frame.qualname, text)
            if key in seen or _is_tested(read):
                continue
            seen.add(key)
            assert isinstance(read.node, ast.Call)
            new = f"{self.page}.count({ast.unparse(read.node.args[0])})"
            edit = ReplaceExpression(read.frame.qualname, text, new, width=self.width)
            yield EditFile(read.frame.module.file, edit)

    # --- words

    def _import(self, module: Module, name: str) -> AddImport:
        frame = next(iter(self.collection.trail.functions.values())).frame
        wanted = spelled_import(frame.index, module, self.home.module, name)
        there = module.bindings()[0].get(name)
        if there is None or there.module == self.home.module:
            return wanted
        return replace(wanted, alias=f"Rows{name}")  # another thing is called so there

    def _told(self) -> str:
        limit, maximum = bounds(self.collection, self.options)
        label = self.collection.operation.label
        order = self.collection.order
        by = f", by {order}" if order else ""
        most = f", at most {maximum} if a client asks for them" if maximum > limit else ""
        return f"{label} answers {limit} rows at a time{by}{most}; its Link header leads on."


def spelled_import(index: ModuleIndex, module: Module, target: str, name: str) -> AddImport:
    """An import of the app's own, with dots where the module writes its others so."""
    if "." not in target:
        return AddImport(target, name, beside=tuple(_own_names(index, module)))
    own = [node for node in ast.walk(module.tree) if isinstance(node, ast.ImportFrom)]
    dots = any(node.level for node in own)
    top = target.partition(".")[0]
    absolute = any(not node.level and (node.module or "").split(".")[0] == top for node in own)
    package = module.package.split(".") if module.package else []
    parts = target.split(".")
    if not dots or absolute or not package or package[0] != parts[0]:
        return AddImport(target, name)
    common = 0
    while common < min(len(package), len(parts) - 1) and package[common] == parts[common]:
        common += 1
    return AddImport(".".join(parts[common:]), name, level=len(package) - common + 1)


def _own_names(index: ModuleIndex, module: Module) -> Iterator[str]:
    """The names that a module imports from the app's own code."""
    for node in module.tree.body:
        if isinstance(node, ast.ImportFrom) and index.find(node.module or "-") is not None:
            yield from (alias.asname or alias.name for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (
                alias.asname or alias.name for alias in node.names if index.find(alias.name)
            )


def _passes(read: Read, page: str) -> bool:
    """Whether a call passes the page on already."""
    assert isinstance(read.node, ast.Call)
    return any(one.arg == page for one in read.node.keywords)


def _is_tested(read: Read) -> bool:
    """Whether an expression is part of a condition."""
    return any(
        read.node in list(ast.walk(test))
        for node in ast.walk(read.frame.node)
        for test in _tests(node)
    )


def _tests(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.If | ast.While | ast.IfExp | ast.Assert):
        return [node.test]
    return [node] if isinstance(node, ast.Compare) else []
