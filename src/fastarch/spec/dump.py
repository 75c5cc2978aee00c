"""A resource as the canonical YAML text, which reads back as the same resource."""

from __future__ import annotations

import re

from fastarch.spec.grammar import quote
from fastarch.spec.names import Name, target_name
from fastarch.spec.resource import Field, Index, Relation, Resource
from fastarch.spec.vocabulary import FLAGS, ON_DELETE_DEFAULT

_PLAIN = re.compile(r"[A-Za-z/][A-Za-z0-9_/.=^$()+-]*(?:[:,]+[A-Za-z0-9_/.=^$()+-]+)*")
_WORDS_OF_YAML = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}


def dump(resource: Resource) -> str:
    """The YAML text of a resource: every field in the short form, and nothing that is a default."""
    lines = ["version: 1", *_name(resource.name)]
    options: list[tuple[str, str | None]] = [
        ("table", _optional(resource.table)),
        ("id", resource.id),
        ("timestamps", None if resource.timestamps is None else _bool(resource.timestamps)),
        ("soft_delete", "true" if resource.soft_delete else None),
        ("prefix", _optional(resource.prefix)),
        ("doc", _optional(resource.doc)),
        ("scope", None if resource.scope is None else f"{{field: {_scalar(resource.scope)}}}"),
    ]
    lines += [f"{key}: {text}" for key, text in options if text is not None]
    if resource.fields:
        lines.append("fields:")
        lines += [
            f"  {_key(field.name)}: {_scalar(short_form(field))}" for field in resource.fields
        ]
    else:
        lines.append("fields: {}")
    if resource.indexes:
        lines.append("indexes:")
        lines += [f"  - {_index(index)}" for index in resource.indexes]
    return "\n".join(lines) + "\n"


def short_form(field: Field | Relation) -> str:
    """What follows the name in the field grammar: ``decimal=12,2:ge=0:filter``."""
    return ":".join([type_form(field), *_flags(field)])


def type_form(field: Field | Relation) -> str:
    """The type alone: ``decimal=12,2``."""
    if isinstance(field, Relation):
        return f"{field.kind}={_target(field.target)}"
    if field.type == "enum":
        return "enum=" + ",".join(quote(word) for word in field.choices)
    if field.type == "decimal":
        return f"decimal={field.precision},{field.scale}"
    if field.type == "list" and field.item is not None:
        return f"list={type_form(field.item)}"
    if field.type == "str" and field.max_length is not None:
        return f"str={field.max_length}"
    return field.type


def _flags(field: Field | Relation) -> list[str]:
    flags: list[str] = []
    kind = field.kind if isinstance(field, Relation) else field.type
    for key, flag in FLAGS.items():
        value = getattr(field, flag.attribute, None)
        if kind not in flag.types or (key == "max" and kind == "str"):
            continue
        if key == "on" and value == ON_DELETE_DEFAULT[kind]:
            continue
        if key == "index" and kind == "ref":
            flags += [] if value else ["index=false"]
        elif flag.switch:
            flags += [key] if value else []
        elif value is not None:
            # The unquoted word is the null value.
            flags.append(f"{key}={quote(str(value), always=value == 'null')}")
    return flags


def _name(name: Name) -> list[str]:
    for spelling in (name.plural, name.singular):
        if target_name(spelling) == name:
            return [f"resource: {_scalar(spelling)}"]
    return [f"resource: {_scalar(name.singular)}", f"plural: {_scalar(name.plural)}"]


def _target(name: Name) -> str:
    return name.plural if target_name(name.plural) == name else name.singular


def _index(index: Index) -> str:
    parts = [f"fields: [{', '.join(_scalar(name) for name in index.fields)}]"]
    if index.unique:
        parts.append("unique: true")
    if index.name is not None:
        parts.append(f"name: {_scalar(index.name)}")
    return "{" + ", ".join(parts) + "}"


def _bool(value: bool) -> str:
    return "true" if value else "false"


def _optional(text: str | None) -> str | None:
    return None if text is None else _scalar(text)


def _key(text: str) -> str:
    return _scalar(text)


def _scalar(text: str) -> str:
    """Plain where that is safe for every reader of YAML, else in double quotes with escapes."""
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS_OF_YAML:
        return text
    return '"' + "".join(_escaped(character) for character in text) + '"'


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    code = ord(character)
    if 0x20 <= code < 0x7F or (code >= 0xA0 and character.isprintable() and code != 0xFEFF):
        return character
    return (
        f"\\x{code:02X}"
        if code < 0x100
        else f"\\u{code:04X}"
        if code < 0x10000
        else f"\\U{code:08X}"
    )
