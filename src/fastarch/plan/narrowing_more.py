"""Further columns for an endpoint that has filters, or orders, by now."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from datetime import datetime

from fastarch.discover.modules import dotted
from fastarch.discover.narrowed import Narrowed
from fastarch.discover.narrowing import Narrowing
from fastarch.discover.profile import AppProfile
from fastarch.errors import NotUnderstoodError, Problem
from fastarch.plan.dependency_text import annotated, defaulted
from fastarch.plan.narrowing import index_steps, told
from fastarch.plan.narrowing_call import own_names, quoted, related_models
from fastarch.plan.narrowing_columns import Allowed, NarrowingOptions, allowed, require_apart
from fastarch.plan.parts import Part
from fastarch.plan.steps import EditFile
from fastarch.wire.replace_parameter import ReplaceParameter

_ORDER = ("related", "search", "own")


def plan_more(
    narrowing: Narrowing,
    profile: AppProfile,
    options: NarrowingOptions,
    there: Narrowed,
    name: str,
    now: datetime,
) -> tuple[Part, ...]:
    """Plan further filters or orders.

    Args:
        options: What is asked for and not there.
        there: What the endpoint has.
        name: Of the feature's record.

    Raises:
        UsageError: There is no such column, or it can be no filter or order.
        NotUnderstoodError: Somebody has written the parameter in another way.
    """
    asked = allowed(narrowing, options, profile)
    fields, search = there.fields, there.search
    if not there.is_usual or fields is None or search is None:
        raise _unusual(narrowing, there, asked)
    require_apart((*fields, *asked.fields))
    related, imports = related_models(narrowing, asked)
    lists: dict[str, list[str]] = {}
    quote = profile.formatting.quote
    if options.feature == "filtering":
        lists["related"] = [f"{quote}{key}{quote}: {model}" for key, model in related.items()]
        lists["search"] = quoted(asked.search, quote)
        lists["own"] = quoted(own_names(narrowing, asked), quote)
    node = narrowing.operation.node
    items = _items(there, quoted(asked.fields, quote), lists)
    said = annotated if there.annotated else defaulted
    text = said(
        there.name,
        there.kind,
        ast.unparse(there.call.func),
        items,
        " " * node.body[0].col_offset,
        profile.formatting.line_length,
    )
    edit = ReplaceParameter(
        narrowing.operation.qualname, there.text, text, imports, profile.formatting.line_length
    )
    indexes, revision = index_steps(narrowing, asked, profile, options, now)
    steps = (
        EditFile(narrowing.operation.module.file, edit),
        *told(narrowing, options.feature, asked),
        *indexes,
    )
    kept = {
        "fields": [*fields, *asked.fields],
        "search": [*search, *asked.search],
        "operation": narrowing.operation.label,
    }
    part = Part("feature", name, steps, options=kept)
    return (part, Part("migration", "", revision)) if revision else (part,)


def _items(there: Narrowed, fields: Sequence[str], lists: dict[str, list[str]]) -> list[str]:
    """The arguments of the dependency, those that come among those that are there."""
    found = [*map(there.written, there.call.args), *fields]
    words = {word.arg: word.value for word in there.call.keywords if word.arg is not None}
    for word in _ORDER:
        value, more = words.pop(word, None), lists.get(word, [])
        if value is not None:
            before = _listed(there, word, value)
            more = [*before, *(one for one in more if one not in before)]
        if more:
            brackets = "{}" if word == "related" else "[]"
            found.append(f"{word}={brackets[0]}{', '.join(more)}{brackets[1]}")
    return found + [f"{word}={there.written(value)}" for word, value in words.items()]


def _listed(there: Narrowed, word: str, value: ast.expr) -> list[str]:
    if isinstance(value, ast.List | ast.Tuple):
        return [there.written(one) for one in value.elts]
    if isinstance(value, ast.Dict):
        return [
            f"{there.written(key)}: {there.written(one)}"
            for key, one in zip(value.keys, value.values, strict=True)
            if key is not None
        ]
    stars = "**" if word == "related" else "*"
    return [f"{stars}{there.written(value)}"]


def _unusual(narrowing: Narrowing, there: Narrowed, asked: Allowed) -> NotUnderstoodError:
    place = narrowing.operation.place
    name = dotted(there.call.func)
    message = f"What {name}(…) of {narrowing.operation.label} says was written by hand."
    more = ", ".join(quoted((*asked.fields, *asked.search), '"'))
    hint = f"add to it: {more}"
    return NotUnderstoodError(Problem(message, file=place.file, line=there.call.lineno, hint=hint))
