"""The words of the field grammar, once: types, flags, what goes with what, other spellings."""

from __future__ import annotations

from fastarch.records import dataclass
from fastarch.spec.resource import OnDelete

REF = "ref"
M2M = "m2m"
SCALARS: dict[str, str] = {
    "str": "Text of one line, with its largest length: `str=120`",
    "text": "Text of any length",
    "int": "Whole number of 32 bits",
    "bigint": "Whole number of 64 bits",
    "float": "Binary floating point number",
    "decimal": "Exact number; digits in all and after the point: `decimal=12,2`, the default",
    "bool": "True or false",
    "date": "Day",
    "time": "Time of day, without a zone",
    "datetime": "Moment, with a time zone",
    "uuid": "UUID",
    "json": "Any JSON value",
    "bytes": "Binary data, base64 in JSON",
    "email": "E-mail address",
    "url": "Web address",
    "enum": "One of the given words: `enum=draft,live`",
    "list": "Several values of one type: `list=int`",
}
TYPES: dict[str, str] = SCALARS | {
    REF: "Reference to another resource: `ref=users`",
    M2M: "References to several of another resource: `m2m=tags`",
}
TYPE_ALIASES = {
    "string": "str", "varchar": "str", "char": "str", "integer": "int", "biginteger": "bigint",
    "long": "bigint", "number": "float", "double": "float", "real": "float", "numeric": "decimal",
    "money": "decimal", "boolean": "bool", "timestamp": "datetime", "timestamptz": "datetime",
    "guid": "uuid", "jsonb": "json", "dict": "json", "object": "json", "binary": "bytes",
    "blob": "bytes", "bytea": "bytes", "uri": "url", "choice": "enum", "choices": "enum",
    "array": "list", "references": REF, "belongs_to": REF, "foreign_key": REF, "fk": REF,
    "many_to_many": M2M, "manytomany": M2M,
}  # fmt: skip

_TEXTS = frozenset({"str", "text", "email", "url"})
_ORDERED = frozenset({"int", "bigint", "float", "decimal", "date", "time", "datetime"})
_ALL = frozenset(SCALARS)
_COMPARABLE = _ALL - {"json", "bytes", "list"}
_SIZED = _TEXTS | {"bytes", "list"}


@dataclass(frozen=True, slots=True)
class Flag:
    """A flag of the grammar.

    Args:
        attribute: The attribute of Field or Relation that it sets.
        types: The types that it makes sense for.
        doc: What it does, for editors.
        switch: It is on or off; otherwise it has a value.
    """

    attribute: str
    types: frozenset[str]
    doc: str
    switch: bool = False


FLAGS: dict[str, Flag] = {
    "null": Flag("null", _ALL | {REF}, "May be null, and need not be given", switch=True),
    "unique": Flag(
        "unique", (_COMPARABLE - {"bool"}) | {REF}, "No two rows have the same value", switch=True
    ),
    "index": Flag("index", _COMPARABLE | {REF}, "Has an index", switch=True),
    "search": Flag("search", _TEXTS, "Searched by `?q=`", switch=True),
    "filter": Flag("filter", _COMPARABLE | {REF}, "Clients may filter by it", switch=True),
    "sort": Flag("sort", _COMPARABLE | {REF}, "Clients may sort by it", switch=True),
    "readonly": Flag(
        "readonly", _ALL | {REF, M2M}, "Clients see it but cannot set it", switch=True
    ),
    "writeonly": Flag("writeonly", _ALL, "Clients set it but never see it", switch=True),
    "hidden": Flag("hidden", _ALL, "Not in the API at all", switch=True),
    "default": Flag(
        "default",
        _ALL - {"bytes"},
        "Value when none is given; `now`, `today` and `uuid4` make a new one each time",
    ),
    "server_default": Flag(
        "server_default",
        _ALL - {"bytes"},
        "Value that the database fills in; `now` and `today` too",
    ),
    "ge": Flag("ge", _ORDERED, "Smallest value"),
    "gt": Flag("gt", _ORDERED, "Larger than this"),
    "le": Flag("le", _ORDERED, "Largest value"),
    "lt": Flag("lt", _ORDERED, "Smaller than this"),
    "min": Flag("min_length", _SIZED, "Smallest number of characters, bytes or items"),
    "max": Flag("max_length", _SIZED, "Largest number of characters, bytes or items"),
    "re": Flag(
        "pattern", frozenset({"str", "text"}), "Regular expression that is found in the value"
    ),
    "on": Flag(
        "on_delete",
        frozenset({REF, M2M}),
        "When the other is deleted: cascade, restrict or set_null",
    ),
    "back": Flag("back", frozenset({REF, M2M}), "Attribute to add to the other side"),
    "via": Flag("via", frozenset({M2M}), "Name of the table that links the two"),
    "was": Flag("was", _ALL | {REF, M2M}, "Former name, to rename the column"),
    "doc": Flag("doc", _ALL | {REF, M2M}, "Description"),
}
FLAG_ALIASES = {
    "nullable": "null", "optional": "null", "on_delete": "on", "ondelete": "on", "pattern": "re",
    "regex": "re", "min_length": "min", "max_length": "max", "length": "max", "min_items": "min",
    "max_items": "max", "searchable": "search", "filterable": "filter", "sortable": "sort",
    "read_only": "readonly", "write_only": "writeonly", "description": "doc",
    "back_populates": "back", "related_name": "back",
}  # fmt: skip
ON_DELETE: tuple[OnDelete, ...] = ("cascade", "restrict", "set_null")
ON_DELETE_DEFAULT: dict[str, OnDelete] = {REF: "restrict", M2M: "cascade"}
"""Deleting a tag takes it off the products; deleting an owner of products is refused."""
LIMITS = ("ge", "gt", "le", "lt")
ITEM_TYPES = frozenset(SCALARS) - {"json", "bytes", "list"}
"""Types that a list may have."""
JSON_ITEMS = frozenset({"int", "bigint", "float", "bool"})
"""Types whose values are not texts in JSON."""
