"""What the grammar of a spec takes of a field that was found."""

from __future__ import annotations

from dataclasses import replace

from fastarch.errors import UsageError
from fastarch.spec.dump import short_form
from fastarch.spec.fields import build
from fastarch.spec.grammar import split_short
from fastarch.spec.place import Spot, Token
from fastarch.spec.resource import Field, Relation

# What a field can do without, the likeliest to be refused first, with its flag in the grammar.
_SPARED = {
    "default": "default", "server_default": "server_default", "pattern": "re",
    "min_length": "min", "ge": "ge", "gt": "gt", "le": "le", "lt": "lt", "doc": "doc",
    "max_length": "max", "index": "index", "unique": "unique", "writeonly": "writeonly",
    "hidden": "hidden", "back": "back",
}  # fmt: skip


def admitted(field: Field | Relation) -> tuple[Field | Relation | None, tuple[str, ...]]:
    """The field as the grammar takes it, and what is left out of it, in sentences.

    None where it cannot be in a spec at all.
    """
    kept = field
    told: list[str] = []
    for _ in range(len(_SPARED) + 1):
        try:
            return _parsed(kept), tuple(told)
        except UsageError as error:
            why = error.problems[0].message.removeprefix(f"{field.name}: ")
        spared = _spare(kept)
        if spared is None:
            return None, (f"Column `{field.name}` is left out: {why}",)
        kept, flag, value = spared
        shown = flag if value is True else f"{flag}={value}"
        told.append(f"Column `{field.name}`: `{shown}` cannot be in a spec: {why}")
    return None, tuple(told)


def _parsed(field: Field | Relation) -> Field | Relation:
    return build(split_short(Token(field.name, Spot()), short_form(field), Spot()))


def _spare(field: Field | Relation) -> tuple[Field | Relation, str, object] | None:
    """The field without what makes it refused; without the first thing, where one is not enough."""
    first: tuple[Field | Relation, str, object] | None = None
    for attribute, flag in _SPARED.items():
        value = getattr(field, attribute, None)
        if value is None or value is False:
            continue
        empty = False if isinstance(value, bool) else None
        without = replace(field, **{attribute: empty})  # type: ignore[arg-type]
        try:
            _parsed(without)
        except UsageError:
            first = first or (without, flag, value)
        else:
            return without, flag, value
    return first
