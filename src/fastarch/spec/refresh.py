"""A resource as it is found anew, with what its spec says and code cannot."""

from __future__ import annotations

from dataclasses import replace

from fastarch.spec.resource import Field, Relation, Resource

# What a spec may say where the code says the more general.
_FINER = frozenset({
    ("str", "email"), ("str", "url"), ("text", "email"), ("text", "url"), ("str", "enum"),
    ("text", "enum"), ("json", "list"), ("str", "text"), ("text", "str"),
})  # fmt: skip
_OWN_LENGTHS = {"str": 255, "email": 320, "url": 2048}
_ADDED = ("search", "filter", "sort", "readonly", "writeonly", "hidden")
_SAID_BY_EITHER = ("min_length", "pattern", "ge", "gt", "le", "lt", "doc")


def refreshed(found: Resource, kept: Resource) -> Resource:
    """What was found, with the flags that ``kept`` has and in its order. Its name stays.

    Args:
        found: What the code says now.
        kept: What the spec has said.
    """
    by_name = {field.name: field for field in kept.fields}
    order = {field.name: number for number, field in enumerate(kept.fields)}
    fields = [_field(field, by_name.get(field.name)) for field in found.fields]
    fields.sort(key=lambda field: order.get(field.name, len(order)))
    names = {field.name for field in fields}
    listed = [index for index in kept.indexes if index in found.indexes]
    return replace(
        found,
        fields=tuple(fields),
        indexes=(*listed, *(index for index in found.indexes if index not in listed)),
        prefix=kept.prefix,
        doc=found.doc or kept.doc,
        scope=kept.scope if kept.scope in names else None,
    )


def _length(found: Field, kept: Field) -> int | None:
    """The largest length as the finer type says it."""
    if kept.type in ("enum", "list"):
        return None
    if found.type == "text":
        return kept.max_length
    length = found.max_length or _OWN_LENGTHS["str"]
    return None if length == _OWN_LENGTHS.get(kept.type) else length


def _field(found: Field | Relation, kept: Field | Relation | None) -> Field | Relation:
    if isinstance(found, Relation):
        if not isinstance(kept, Relation) or kept.kind != found.kind:
            return found
        flags = {name: getattr(kept, name) for name in ("filter", "sort", "readonly")}
        return replace(found, doc=found.doc or kept.doc, **flags)
    if not isinstance(kept, Field):
        return found
    if (found.type, kept.type) in _FINER:
        found = replace(
            found,
            type=kept.type,
            max_length=_length(found, kept),
            choices=kept.choices,
            item=kept.item,
        )
    elif found.type != kept.type:
        return found
    flags = {name: getattr(kept, name) for name in _ADDED}
    flags |= {
        name: getattr(kept, name) if getattr(found, name) is None else getattr(found, name)
        for name in _SAID_BY_EITHER
    }
    return replace(found, **flags)
