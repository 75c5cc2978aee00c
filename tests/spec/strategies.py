"""Any valid resource, for every test that says "whatever the spec is"."""

from __future__ import annotations

import dataclasses
import datetime
import json
from decimal import Decimal

from hypothesis import strategies as st

from fastarch.errors import UsageError
from fastarch.spec.check import check_resource
from fastarch.spec.fields import parse_field
from fastarch.spec.grammar import quote
from fastarch.spec.names import Name, check_field_name, member_name, parse_name
from fastarch.spec.resource import Field, Index, Relation, Resource
from fastarch.spec.vocabulary import FLAGS, ITEM_TYPES, M2M, REF, SCALARS

UTC = datetime.UTC

values = st.text(
    st.one_of(
        st.sampled_from("abzAZ09 :,=\"\\'#{}[]&*!|>%@`~?-_/\n\t."),
        st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufeff"),
    ),
    max_size=20,
)


def _usable(name: str) -> bool:
    try:
        check_field_name(name)
    except UsageError:
        return False
    return True


TELLING = [
    "name",
    "type",
    "date",
    "time",
    "datetime",
    "text",
    "match",
    "case",
    "status",
    "limit",
    "uuid",
    "decimal",
    "enum",
    "value",
    "key",
    "user",
    "order",
    "group",
    "table",
    "index",
    "select",
    "title",
    "count",
    "json_data",
    "model_year",
    "email",
    "url",
    "optional",
    "any",
    "data",
    "items",
    "field",
    "base",
    "created",
    "session",
    "request",
    "response",
    "query",
    "filter",
    "sort",
    "max",
    "min",
    "sum",
    "hash",
    "next",
    "input",
    "class_",
    "in_stock",
    "a",
    "x1",
    "typing",
]
"""Names that are valid and have hurt somebody."""

field_names = st.one_of(
    st.sampled_from(TELLING),
    st.from_regex(r"[a-z][a-z0-9]{0,8}(_[a-z0-9]{1,6}){0,2}", fullmatch=True).filter(_usable),
)


def _resource_name(word: str) -> bool:
    try:
        parse_name(word)
    except UsageError:
        return False
    return True


resource_words = st.one_of(
    st.sampled_from(
        [
            "products",
            "Product",
            "order-items",
            "OrderItem",
            "people",
            "children",
            "statuses",
            "news",
            "data",
            "categories",
            "boxes",
            "addresses",
            "analyses",
            "media",
            "series",
            "buses",
            "matches",
            "files",
            "events",
        ]
    ),
    st.from_regex(r"[a-z][a-z0-9]{1,10}(_[a-z0-9]{1,6}){0,1}", fullmatch=True),
).filter(_resource_name)


@st.composite
def names(draw: st.DrawFn) -> Name:
    """Names of resources, sometimes with a plural of their own."""
    word = draw(resource_words)
    plural = draw(st.none() | st.none() | resource_words)
    try:
        return parse_name(word, plural)
    except UsageError:
        return parse_name(word)


def _flags(draw: st.DrawFn, kind: str, keys: tuple[str, ...]) -> list[str]:
    return [key for key in keys if kind in FLAGS[key].types and draw(st.integers(0, 4)) == 0]


words = st.one_of(st.from_regex(r"[a-z0-9]+([-_][a-z0-9]+)*", fullmatch=True), values).filter(
    lambda word: word == word.strip() and 0 < len(word) <= 255 and not set("\n\t") & set(word)
)


@st.composite
def _type(draw: st.DrawFn, kind: str) -> str:
    if kind == "enum":
        choices = draw(st.lists(words, min_size=1, max_size=5, unique_by=member_name))
        return "enum=" + ",".join(quote(word) for word in choices)
    if kind == "decimal":
        precision = draw(st.integers(1, 30))
        scale = draw(st.integers(0, precision))
        return draw(
            st.sampled_from(["decimal", f"decimal={precision},{scale}", f"decimal={precision}"])
        )
    if kind == "str":
        return draw(st.just("str") | st.integers(1, 300).map(lambda n: f"str={n}"))
    if kind == "list":
        return "list=" + draw(st.sampled_from(sorted(ITEM_TYPES)).flatmap(_type))
    return kind


_ordered: dict[str, st.SearchStrategy[object]] = {
    "int": st.integers(-(2**31), 2**31 - 1),
    "bigint": st.integers(-(2**63), 2**63 - 1),
    "float": st.floats(allow_nan=False, allow_infinity=False),
    "date": st.dates(),
    "time": st.times(),
    "datetime": st.datetimes(timezones=st.just(UTC)),
}


def _written(value: object) -> str:
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value)


@st.composite
def _scalar_text(draw: st.DrawFn, name: str) -> str:
    kind = draw(st.sampled_from(sorted(SCALARS)))
    spelled = draw(_type(kind))
    built = parse_field(f"{name}:{spelled}")
    assert isinstance(built, Field)
    parts = [name, spelled]
    nullable = draw(st.booleans())
    parts += ["null"] if nullable else []
    parts += _flags(draw, kind, ("unique", "index"))
    access = draw(st.sampled_from(["", "", "", "readonly", "writeonly", "hidden"]))
    if access not in ("writeonly", "hidden"):
        query = _flags(draw, kind, ("search", "filter", "sort"))
        if name in ("limit", "offset", "cursor", "sort", "q"):
            query = [key for key in query if key != "filter"]
        parts += query
    default: str | None = None
    limits: list[str] = []
    if kind in _ordered or kind == "decimal":
        source = _ordered.get(kind)
        if source is None:
            unit = Decimal(1).scaleb(-(built.scale or 0))
            largest = 10 ** (built.precision or 1) - 1
            source = st.integers(-largest, largest).map(lambda number: format(number * unit, "f"))
            three = sorted(draw(st.lists(source, min_size=3, max_size=3)), key=Decimal)
        else:
            three = sorted(draw(st.lists(source, min_size=3, max_size=3)))
        low, middle, high = three
        limits += [f"ge={quote(_written(low))}"] if draw(st.booleans()) else []
        limits += [f"le={quote(_written(high))}"] if draw(st.booleans()) else []
        default = _written(middle)
    elif kind in ("str", "text"):
        default = draw(values)[: built.max_length or 20]
        if draw(st.integers(0, 3)) == 0:
            limits.append(f"min={draw(st.integers(0, len(default)))}")
        elif draw(st.integers(0, 3)) == 0:
            pattern = draw(st.sampled_from(["^[A-Z]{2,4}$", r"\d+:\d+", "a|b", '^"x,y"$', "ü+"]))
            limits.append(f"re={quote(pattern)}")
            default = None
        if kind == "text" and draw(st.booleans()):
            limits.append(f"max={draw(st.integers(20, 1000))}")
    elif kind == "bool":
        default = draw(st.sampled_from(["true", "false", "yes", "0"]))
    elif kind == "enum":
        default = draw(st.sampled_from(built.choices))
    elif kind == "uuid":
        default = draw(st.just("uuid4") | st.uuids().map(str))
    elif kind == "json":
        default = json.dumps(
            draw(st.dictionaries(st.text("abü", max_size=3), st.integers() | st.none(), max_size=2))
        )
    elif kind == "email":
        default = "me@example.com"
    elif kind == "url":
        default = draw(st.sampled_from(["https://example.com", "http://example.com:8000/a?b=c,d"]))
    elif kind == "list":
        default = "[]"
        if draw(st.booleans()):
            limits.append("max=5")
    parts += limits
    if default is not None and draw(st.booleans()):
        parts.append(f"default={quote(default, always=default == 'null')}")
    elif kind in ("datetime", "time", "date") and not limits and draw(st.booleans()):
        word = "today" if kind == "date" else "now"
        parts.append(draw(st.sampled_from([f"default={word}", f"server_default={word}"])))
    elif default is not None and default != "uuid4" and draw(st.integers(0, 5)) == 0:
        parts.append(f"server_default={quote(default, always=default == 'null')}")
    elif access in ("readonly", "hidden") and not nullable:
        access = ""
    parts += [access] if access else []
    if draw(st.integers(0, 5)) == 0:
        parts.append(f"doc={quote(draw(values))}")
    return ":".join(parts)


@st.composite
def _relation_text(draw: st.DrawFn, name: str) -> str:
    kind = draw(st.sampled_from([REF, REF, M2M]))
    target = draw(resource_words)
    parts = [name, f"{kind}={target}"]
    nullable = kind == REF and draw(st.booleans())
    parts += ["null"] if nullable else []
    parts += _flags(draw, kind, ("unique", "index", "sort"))
    if name not in ("limit", "offset", "cursor", "sort", "q"):
        parts += _flags(draw, kind, ("filter",))
    if kind == M2M or nullable:
        parts += _flags(draw, kind, ("readonly",))
    if draw(st.booleans()):
        parts.append(
            "on=" + draw(st.sampled_from(["cascade", "restrict"] + ["set_null"] * nullable))
        )
    if draw(st.integers(0, 2)) == 0:
        parts.append(f"back={draw(field_names)}")
    if kind == M2M and draw(st.integers(0, 3)) == 0:
        parts.append(f"via={draw(field_names)}")
    if draw(st.integers(0, 5)) == 0:
        parts.append(f"doc={quote(draw(values))}")
    return ":".join(parts)


@st.composite
def field_texts(draw: st.DrawFn) -> str:
    """Valid arguments of the command line."""
    name = draw(field_names)
    relation_name = f"{name}by" if name.endswith(("_id", "_")) else name
    return draw(
        _relation_text(relation_name) if draw(st.integers(0, 3)) == 0 else _scalar_text(name)
    )


@st.composite
def resources(draw: st.DrawFn) -> Resource:
    """Any valid resource. References go to resources that need not be there."""
    resource = Resource(
        draw(names()),
        id=draw(st.sampled_from([None, "int", "uuid"])),
        timestamps=draw(st.sampled_from([None, True, False])),
        soft_delete=draw(st.booleans()),
        prefix=draw(st.sampled_from([None, None, "", "/api/v1", "/x-y"])),
        table=draw(st.none() | st.none() | st.from_regex(r"[a-z][a-z_0-9]{0,20}", fullmatch=True)),
        doc=draw(st.none() | values),
    )
    for text in draw(st.lists(field_texts(), max_size=8)):
        resource = _with(resource, fields=(*resource.fields, parse_field(text)))
    owners = [field.name for field in resource.relations if field.kind == "ref"]
    if owners and draw(st.booleans()):
        resource = _with(resource, scope=draw(st.sampled_from(owners)))
    indexable = [
        field.name
        for field in resource.fields
        if (
            field.kind == "ref"
            if isinstance(field, Relation)
            else field.type not in ("json", "bytes", "list")
        )
    ]
    if len(indexable) > 1 and draw(st.booleans()):
        over = draw(st.lists(st.sampled_from(indexable), min_size=2, max_size=3, unique=True))
        resource = _with(resource, indexes=(Index(tuple(over), unique=draw(st.booleans())),))
    return resource


def _with(resource: Resource, **changes: object) -> Resource:
    """The resource with changes, or as it was where they are at odds with the rest."""
    changed = dataclasses.replace(resource, **changes)  # type: ignore[arg-type]
    try:
        check_resource(changed)
    except UsageError:
        return resource
    return changed
