"""Filters and orders put on a collection endpoint that somebody wrote by hand."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from fastarch.discover.modules import Module
from fastarch.discover.narrowed import DEPENDENCIES
from fastarch.discover.narrowing import KINDS, Narrowing
from fastarch.discover.neighbours import arguments
from fastarch.discover.positions import parameter_names
from fastarch.discover.profile import AppProfile
from fastarch.discover.trail import Function
from fastarch.plan import assemble
from fastarch.plan.blueprint import load_blueprint
from fastarch.plan.column_indexes import column_indexes
from fastarch.plan.dependency_text import annotated, defaulted
from fastarch.plan.filters import parameter
from fastarch.plan.local_modules import local_modules
from fastarch.plan.narrowing_call import call_items
from fastarch.plan.narrowing_columns import (
    Allowed,
    Feature,
    NarrowingOptions,
    allowed,
    is_long,
)
from fastarch.plan.narrowing_tests import narrowing_tests
from fastarch.plan.pages_module import Home, Paged, pages_home
from fastarch.plan.pagination import spelled_import
from fastarch.plan.parts import Part
from fastarch.plan.render import render
from fastarch.plan.steps import EditFile, Step, Tell, WriteFile
from fastarch.records import dataclass
from fastarch.wire.add_parameter import AddParameter
from fastarch.wire.append_definitions import AppendDefinitions
from fastarch.wire.imports import AddImport
from fastarch.wire.pass_argument import PassArgument
from fastarch.wire.wrap_expression import WrapExpression

_LONG = (
    "No index begins with {}: a text without a length may be longer than an index takes. Give the"
    " column a length, or make an index that suits it."
)
_MODULES = {
    "filtering": ("filtering", "filters", "row_filters", "collection_filters"),
    "sorting": ("sorting", "orders", "row_orders", "collection_orders"),
}
_NONE = {"filtering": "EVERY_ROW", "sorting": "OWN_ORDER"}
_PARAMETERS = {
    "filtering": ("filters", "row_filters", "asked_filters"),
    "sorting": ("order", "row_order", "asked_order"),
}


def plan_narrowing(
    narrowing: Narrowing,
    profile: AppProfile,
    options: NarrowingOptions,
    name: str,
    read: Callable[[str], bytes | None],
    exists: Callable[[str], bool],
    earlier: str | None,
    now: datetime,
) -> tuple[Part, ...]:
    """Plan filters or orders.

    Args:
        name: Of the feature's record.
        read: The bytes of a file, None where it is not there.
        exists: Whether there is a file or folder.
        earlier: Where the feature's module lies, if there is one.

    Raises:
        UsageError: There is no such column, or it can be no filter or order.
        NotUnderstoodError: It cannot be told which columns, or a parameter is in the way.
    """
    feature = options.feature
    asked = allowed(narrowing, options, profile)
    paged = Paged(narrowing.operation.module.file, False, None)
    home = pages_home(profile, paged, exists, earlier, _MODULES[feature])
    planner = _Planner(narrowing, profile, feature, home, asked)
    steps = (*_module(profile, feature, home, planner.names(), read), *planner.steps())
    indexes, revision = index_steps(narrowing, asked, profile, options, now)
    kept = {
        "fields": list(options.fields) if options.fields is not None else None,
        "search": list(options.search),
        "operation": narrowing.operation.label,
    }
    plain = tuple(one for one in asked.fields if "." not in one)
    tests = tuple(narrowing_tests(narrowing, profile, options, name, plain, asked.search, read))
    every = (*steps, *indexes, *tests)
    part = Part("feature", name, every, paths={feature: home.path}, options=kept)
    return (part, Part("migration", "", revision)) if revision else (part,)


def index_steps(
    narrowing: Narrowing,
    asked: Allowed,
    profile: AppProfile,
    options: NarrowingOptions,
    now: datetime,
) -> tuple[tuple[Step, ...], tuple[WriteFile, ...]]:
    """The indexes that the columns need, and their revision; and which ones get none."""
    columns = list(asked.columns(narrowing))
    short = ((model, one.name) for model, one in columns if not is_long(one))
    missing = tuple(narrowing.missing(profile, short))
    long = tuple(
        narrowing.missing(profile, ((model, one.name) for model, one in columns if is_long(one)))
    )
    told = [Tell(_LONG.format(", ".join(one.columns[0][0] for one in long)))] if long else []
    steps, revision = column_indexes(missing, profile, options.feature, options.migration, now)
    return (*steps, *told), revision


def told(narrowing: Narrowing, feature: Feature, asked: Allowed) -> Iterator[Tell]:
    """What requests may ask from now on."""
    label = narrowing.operation.label
    listed = ", ".join(map(parameter, asked.fields))
    if feature == "sorting":
        yield Tell(f"{label} can be ordered by {listed}: ?sort=-{asked.fields[0]}.")
        return
    if asked.fields:
        yield Tell(f"{label} can be filtered by {listed}.")
    if asked.search:
        yield Tell(f"?q= looks into {', '.join(asked.search)}.")
    if narrowing.counted:
        place = narrowing.operation.place
        yield Tell(
            f"{label} answers more than rows: a number of rows that is counted elsewhere is"
            f" still that of all ({place.file}:{place.line})."
        )


# --- the module


def _module(
    profile: AppProfile,
    feature: Feature,
    home: Home,
    names: frozenset[str],
    read: Callable[[str], bytes | None],
) -> Iterator[Step]:
    """The steps by which the feature's module has these names."""
    (file,) = load_blueprint(feature).select({"file": home.path}, ()).files
    old = profile.style.optional == "optional"
    types = {
        "optional_list": "list[str]",
        "optional_models": "Mapping[str, type[Any]]",
        "optional_value": "type_",
        "optional_values": "_list[type_]",
        "optional_words": "many[known]",
    }
    words = {word: f"Optional[{said}]" if old else f"{said} | None" for word, said in types.items()}
    words["utc"] = "UTC" if profile.oldest_python >= (3, 11) else "timezone.utc"
    words["statements"] = (
        "Union[Select[Any], orm.Query[Any]]" if old else "Select[Any] | orm.Query[Any]"
    )
    text = assemble.reached(render(f"{feature}/{file.template}", words, Path(profile.root)), names)
    there = read(home.path)
    if there is not None:
        text = assemble.without(text, assemble.bound(there.decode("utf-8", "replace")))
    if not text:
        return
    text = assemble.module(
        text,
        home.module,
        package=profile.package,
        relative=profile.style.imports == "relative",
        local=local_modules(profile),
    )
    if there is None:
        yield WriteFile(home.path, text)
    else:
        yield EditFile(home.path, AppendDefinitions(text, home.module))


# --- the endpoint and what it calls


@dataclass(frozen=True, slots=True, eq=False)
class _Planner:
    narrowing: Narrowing
    profile: AppProfile
    feature: Feature
    home: Home
    asked: Allowed

    @property
    def width(self) -> int:
        return self.profile.formatting.line_length

    @property
    def parameter(self) -> str:
        """The name of the parameter in all functions."""
        known = next((wrap.by for wrap in self.narrowing.wraps if wrap.by), "")
        if known:
            return known
        taken = parameter_names(self.narrowing.trail)
        return next(name for name in _PARAMETERS[self.feature] if name not in taken)

    def names(self) -> frozenset[str]:
        """What the feature's module has to have."""
        names = {KINDS[self.feature], DEPENDENCIES[self.feature]}
        if any(self._is_optional(one) for one in self.narrowing.functions if one.frame.depth):
            names.add(_NONE[self.feature])
        return frozenset(names)

    def steps(self) -> Iterator[Step]:
        for function in self.narrowing.functions:
            yield self._dependency(function) if function.frame.depth == 0 else self._given(function)
        for call in self.narrowing.calls:
            said = f"{self.parameter}={self.parameter}"
            edit = PassArgument(call.frame.qualname, ast.unparse(call.node), said, self.width)
            yield EditFile(call.frame.module.file, edit)
        for wrap in self.narrowing.wraps:
            if wrap.by:
                continue
            frame = wrap.function.frame
            by = f"{self.parameter}.apply"
            within = self._as_passed(wrap.function, wrap.within)
            inner = self._as_passed(wrap.function, wrap.inner)
            yield EditFile(
                frame.module.file,
                WrapExpression(frame.qualname, within, inner, by, self.width),
            )
        yield from told(self.narrowing, self.feature, self.asked)

    def _as_passed(self, function: Function, text: str) -> str:
        """An expression with the argument that calls in it have been given before."""
        key = (function.frame.module.file, function.frame.node.lineno)
        for call in self.narrowing.calls:
            if (call.frame.module.file, call.frame.node.lineno) != key:
                continue
            before = ast.unparse(call.node)
            after = f"{before[:-1]}, " if not before.endswith("()") else before[:-1]
            text = text.replace(before, f"{after}{self.parameter}={self.parameter})")
        return text

    def _is_optional(self, function: Function) -> bool:
        """Other code calls it, too; or a parameter without a default has no place."""
        return function.shared or bool(function.frame.node.args.defaults)

    def _given(self, function: Function) -> EditFile:
        """The parameter of a function that an endpoint calls."""
        frame = function.frame
        typed = (
            any(argument.annotation is not None for argument, _ in arguments(frame.node))
            or len(list(arguments(frame.node))) <= 1
        )
        kind, none = KINDS[self.feature], _NONE[self.feature]
        text = f"{self.parameter}: {kind}" if typed else self.parameter
        names = [kind] if typed else []
        if self._is_optional(function):
            text += f" = {none}" if typed else f"={none}"
            names.append(none)
        imports = tuple(self._import(frame.module, name) for name in sorted(names))
        return EditFile(frame.module.file, AddParameter(frame.qualname, text, imports, self.width))

    def _dependency(self, function: Function) -> EditFile:
        frame = function.frame
        kind, factory = KINDS[self.feature], DEPENDENCIES[self.feature]
        quote = self.profile.formatting.quote
        items, importing = call_items(self.narrowing, self.asked, self.feature, quote)
        imports = [
            self._import(frame.module, kind),
            self._import(frame.module, factory),
            AddImport("fastapi", "Depends"),
            *importing,
        ]
        indent = " " * (frame.node.body[0].col_offset)
        if self.narrowing.annotated:
            imports.append(AddImport("typing", "Annotated"))
            text = annotated(self.parameter, kind, factory, items, indent, self.width)
        else:
            text = defaulted(self.parameter, kind, factory, items, indent, self.width)
        edit = AddParameter(frame.qualname, text, tuple(imports), self.width)
        return EditFile(frame.module.file, edit)

    def _import(self, module: Module, name: str) -> AddImport:
        return spelled_import(self.narrowing.index, module, self.home.module, name)
