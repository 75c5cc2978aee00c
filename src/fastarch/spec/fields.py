"""Fields that make sense: from what was written to a Field or Relation, or an error that says what is wrong."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, cast

from fastarch.errors import UsageError
from fastarch.spec import values
from fastarch.spec.grammar import RawField, split_field
from fastarch.spec.names import MAX_BYTES, check_field_name, member_name, target_name
from fastarch.spec.place import Spot, Token, one_of
from fastarch.spec.reserved import QUERY_PARAMETERS
from fastarch.spec.resource import Field, OnDelete, Relation, ScalarType
from fastarch.spec.vocabulary import (
    FLAG_ALIASES,
    FLAGS,
    ITEM_TYPES,
    M2M,
    ON_DELETE,
    ON_DELETE_DEFAULT,
    REF,
    TYPE_ALIASES,
    TYPES,
)

MAX_PRECISION = 65
"""Digits of a decimal that both PostgreSQL (1000) and MySQL (65) hold."""
MAX_LENGTH = 10_485_760
"""Characters of a VARCHAR in PostgreSQL."""
MAX_WORD = 255
"""Characters of an enum's word."""

_LIMITS = ("ge", "gt", "le", "lt")
_SPELLINGS = {"now()": "now", "current_timestamp": "now", "today()": "today", "current_date": "today",
              "uuid4()": "uuid4", "gen_random_uuid()": "uuid4"}  # fmt: skip
# What Python's expressions can and those of pydantic's engine, which never takes exponential time, cannot.
_UNSUPPORTED = re.compile(r"\(\?(<?[=!]|>|\(|P=|#|[a-zA-Z]*L)|\\[1-9]|\\[Z]|[*+?}]\+")


def parse_field(text: str) -> Field | Relation:
    """A field of the command line, as ``price:decimal=12,2:ge=0``.

    Raises:
        UsageError: With the column inside of ``text``, and the nearest valid word.
    """
    return build(split_field(text, Spot()))


def build(raw: RawField) -> Field | Relation:
    """The field that was written.

    Raises:
        UsageError: At the place of the word that is wrong.
    """
    try:
        check_field_name(raw.name.text)
    except UsageError as error:
        problem = error.problems[0]
        raise raw.name.at.error(problem.message, problem.hint) from None
    kind = _type(raw)
    _check_flags(raw, kind)
    return _relation(raw, kind) if kind in (REF, M2M) else _scalar(raw, kind)


def _type(raw: RawField) -> str:
    if raw.type is None:
        return "str"
    word = raw.type.text.lower()
    kind = TYPE_ALIASES.get(word, word)
    if kind not in TYPES:
        hint = one_of(word, [*TYPES, *TYPE_ALIASES, *FLAGS])
        raise raw.type.at.error(f"{raw.name.text}: unknown type `{raw.type.text}`", hint)
    return kind


def _check_flags(raw: RawField, kind: str) -> None:
    name = raw.name.text
    for key, token in raw.flags.items():
        flag = FLAGS.get(key)
        if flag is None:
            raise token.at.error(f"{name}: unknown flag `{key}`", _flag_hint(key))
        if kind not in flag.types:
            raise token.at.error(
                f"{name}: `{key}` makes no sense for {kind}", _sense_hint(key, kind)
            )
        if flag.switch:
            if token.text.lower() not in ("true", "false"):
                raise token.at.error(
                    f"{name}: `{key}` is on or off, not `{token.text}`", f"write `{key}` alone"
                )
            raw.flags[key] = replace(token, text=token.text.lower())
        _check_characters(name, token)
    for token in raw.arguments:
        _check_characters(name, token)


def _flag_hint(key: str) -> str:
    if key in ("required", "notnull", "not_null"):
        return "a field is required unless it has `null` or a default"
    if key in ("primary", "primary_key", "pk"):
        return "every resource has an id of its own; `--id int|uuid` says of which type"
    if key in TYPES or key in TYPE_ALIASES:
        return "the type comes first, directly after the name"
    return one_of(key, [*FLAGS, *FLAG_ALIASES])


def _sense_hint(key: str, kind: str) -> str | None:
    flag = FLAGS[key]
    if key in ("min", "max") and kind in FLAGS["ge"].types:
        return f"limits of a value are `ge=` and `le=`; `{key}` counts characters or items"
    if key in _LIMITS and kind in FLAGS["min"].types:
        return "the number of characters or items is limited by `min=` and `max=`"
    if key == "null" and kind == M2M:
        return "an m2m may always be empty"
    if key == "re" and kind in ("email", "url"):
        return f"{kind} has a pattern of its own; take `str` for another"
    return f"`{key}` goes with {', '.join(kind for kind in TYPES if kind in flag.types)}"


def _check_characters(name: str, token: Token) -> None:
    for character in token.text:
        if (
            (ord(character) < 32 and character not in "\n\t")
            or 0x7F <= ord(character) < 0xA0
            or character == "\ufeff"
        ):
            raise token.at.error(
                f"{name}: a control character (U+{ord(character):04X}) cannot be in a value"
            )
        if 0xD800 <= ord(character) < 0xE000:
            raise token.at.error(f"{name}: the value is not valid UTF-8")


def _on(raw: RawField, key: str) -> bool:
    return key in raw.flags and raw.flags[key].text == "true"


def _contradiction(raw: RawField, one: str, other: str, why: str) -> None:
    if _on(raw, one) and _on(raw, other):
        raise raw.flags[other].at.error(
            f"{raw.name.text}: `{one}` and `{other}` contradict each other: {why}"
        )


def _identifier(raw: RawField, key: str) -> str | None:
    """The value of a flag that names an attribute or a table."""
    token = raw.flags.get(key)
    if token is None:
        return None
    try:
        check_field_name(token.text)
    except UsageError as error:
        problem = error.problems[0]
        raise token.at.error(
            f"{raw.name.text}: `{key}=`: {problem.message}", problem.hint
        ) from None
    return token.text


# --- relations -------------------------------------------------------------------------------------


def _relation(raw: RawField, kind: str) -> Relation:
    name, at = raw.name.text, (raw.type or raw.name).at
    if len(raw.arguments) != 1 or not raw.arguments[0].text:
        raise at.error(
            f"{name}: `{kind}` needs the one resource that it refers to",
            f"for example `{kind}=users`",
        )
    if kind == REF and name.endswith("_id"):
        short = name.removesuffix("_id")
        raise raw.name.at.error(
            f"{name}: the column gets its `_id` by itself",
            f"call it `{short}`: its column will be `{name}`",
        )
    if kind == REF and (len(name) + 3 > MAX_BYTES or name.endswith("_")):
        raise raw.name.at.error(
            f"{name}: `{name}_id` cannot be the name of a column", "choose another name"
        )
    target = raw.arguments[0]
    try:
        target_spelling = target_name(target.text)
    except UsageError as error:
        problem = error.problems[0]
        raise target.at.error(f"{name}: {problem.message}", problem.hint) from None
    on = raw.flags.get("on")
    if on is not None and on.text not in ON_DELETE:
        hint = one_of(on.text.replace(" ", "_").replace("-", "_"), ON_DELETE)
        raise on.at.error(f"{name}: unknown `on={on.text}`", hint)
    if on is not None and on.text == "set_null" and not _on(raw, "null"):
        if kind == M2M:
            raise on.at.error(
                f"{name}: `on=set_null` makes no sense for m2m", "take `cascade` or `restrict`"
            )
        raise on.at.error(
            f"{name}: `on=set_null` needs `null`", "add `:null`, or take `cascade` or `restrict`"
        )
    if _on(raw, "readonly") and kind == REF and not _on(raw, "null"):
        raise raw.flags["readonly"].at.error(
            f"{name}: it is required, but `readonly` lets no client give it", "add `null`"
        )
    relation = Relation(
        name,
        kind="ref" if kind == REF else "m2m",
        target=target_spelling,
        null=_on(raw, "null"),
        unique=_on(raw, "unique"),
        index=kind == REF and ("index" not in raw.flags or _on(raw, "index")),
        filter=_on(raw, "filter"),
        sort=_on(raw, "sort"),
        readonly=_on(raw, "readonly"),
        on_delete=cast(OnDelete, on.text) if on else ON_DELETE_DEFAULT[kind],
        back=_identifier(raw, "back"),
        via=_identifier(raw, "via"),
        was=_identifier(raw, "was"),
        doc=raw.flags["doc"].text if "doc" in raw.flags else None,
    )
    if relation.was == name:
        raise raw.flags["was"].at.error(f"{name}: `was={name}` is the name that it has")
    return relation


# --- scalars ---------------------------------------------------------------------------------------


def _scalar(raw: RawField, kind: str) -> Field:
    name = raw.name.text
    known: dict[str, Any] = {"name": name, "type": kind}
    known.update(_arguments(raw, kind))
    known.update(
        {flag.attribute: True for key, flag in FLAGS.items() if flag.switch and _on(raw, key)}
    )
    for key in ("min", "max"):
        if key in raw.flags:
            attribute = FLAGS[key].attribute
            number = _count(raw, raw.flags[key], smallest=0 if key == "min" else 1)
            if known.get(attribute, number) != number:
                raise raw.flags[key].at.error(
                    f"{name}: the largest length is given twice, and differently"
                )
            known[attribute] = number
    for key in ("doc", "re"):
        if key in raw.flags:
            known[FLAGS[key].attribute] = raw.flags[key].text
    known["was"] = _identifier(raw, "was")
    field = Field(**known)
    _check_lengths(raw, field)
    _check_pattern(raw, field)
    _check_access(raw, field)
    field = _with_limits(raw, field)
    field = _with_defaults(raw, field)
    if (
        (field.readonly or field.hidden)
        and not field.null
        and field.default is None
        and field.server_default is None
    ):
        flag = "readonly" if field.readonly else "hidden"
        raise raw.flags[flag].at.error(
            f"{name}: it is required, but `{flag}` lets no client give it",
            "add `null` or a default",
        )
    if field.was == name:
        raise raw.flags["was"].at.error(f"{name}: `was={name}` is the name that it has")
    return field


def _arguments(raw: RawField, kind: str) -> dict[str, Any]:
    name, at, arguments = raw.name.text, (raw.type or raw.name).at, raw.arguments
    if kind == "enum":
        return {"choices": _choices(raw)}
    if kind == "list":
        return {"item": _item(raw)}
    if kind == "decimal":
        if len(arguments) > 2:
            raise arguments[2].at.error(
                f"{name}: decimal has two arguments: digits in all, digits after the point"
            )
        if not arguments:
            return {"precision": 12, "scale": 2}
        precision = _count(raw, arguments[0], smallest=1, largest=MAX_PRECISION)
        scale = _count(raw, arguments[1], smallest=0) if len(arguments) > 1 else 0
        if scale > precision:
            raise arguments[1].at.error(
                f"{name}: {scale} digits after the point are more than the {precision} in all",
                "the first number counts all digits: `decimal=12,2`",
            )
        return {"precision": precision, "scale": scale}
    if kind == "str" and arguments:
        if len(arguments) > 1:
            raise arguments[1].at.error(f"{name}: str has one argument, its largest length")
        return {"max_length": _count(raw, arguments[0], smallest=1, largest=MAX_LENGTH)}
    if arguments:
        hint = "the largest length is `max=`" if kind in FLAGS["max"].types else None
        raise at.error(f"{name}: {kind} has no arguments", hint)
    return {}


def _count(raw: RawField, token: Token, *, smallest: int, largest: int = MAX_LENGTH) -> int:
    text = token.text
    if not (
        text.isascii() and text.isdigit() and len(text) < 12 and smallest <= int(text) <= largest
    ):
        raise token.at.error(
            f"{raw.name.text}: `{text}` is not a whole number from {smallest} to {largest}"
        )
    return int(text)


def _choices(raw: RawField) -> tuple[str, ...]:
    name, at = raw.name.text, (raw.type or raw.name).at
    if not raw.arguments:
        raise at.error(f"{name}: enum needs its words", "for example `enum=draft,live`")
    members: dict[str, str] = {}
    for token in raw.arguments:
        word = token.text
        if not word or word != word.strip():
            hint = "words are separated by single commas, without spaces"
            raise token.at.error(f"{name}: an enum's word is empty or has blanks around it", hint)
        if len(word) > MAX_WORD:
            raise token.at.error(f"{name}: an enum's word is longer than {MAX_WORD} characters")
        if "\n" in word or "\t" in word:
            raise token.at.error(f"{name}: an enum's word has a line break or a tab")
        member = member_name(word)
        if word in members.values():
            raise token.at.error(f"{name}: the word `{word}` is in the enum twice")
        if member in members:
            raise token.at.error(
                f"{name}: `{members[member]}` and `{word}` would both be `{member}` in Python",
                "rename one of them",
            )
        members[member] = word
    return tuple(members.values())


def _item(raw: RawField) -> Field:
    name = raw.name.text
    if raw.item is None:
        return Field("", "str")
    at = (raw.item.type or raw.name).at
    kind = _type(raw.item)
    if kind not in ITEM_TYPES:
        hints = {
            "list": "take `json` for nested lists",
            "json": "`json` alone holds lists too",
            REF: "several references are `m2m=`",
            M2M: "several references are `m2m=`",
        }
        raise at.error(f"{name}: a list of {kind} is not possible", hints.get(kind))
    return Field("", cast(ScalarType, kind), **_arguments(raw.item, kind))


def _check_lengths(raw: RawField, field: Field) -> None:
    if (
        field.min_length is not None
        and field.max_length is not None
        and field.min_length > field.max_length
    ):
        raise raw.flags["min"].at.error(
            f"{field.name}: the smallest length {field.min_length} is above the largest, {field.max_length}"
        )


def _check_pattern(raw: RawField, field: Field) -> None:
    if field.pattern is None:
        return
    token = raw.flags["re"]
    try:
        re.compile(field.pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise token.at.error(
            f"{field.name}: `{field.pattern}` is not a regular expression: {error}"
        ) from None
    found = _UNSUPPORTED.search(re.sub(r"\\\\|\[\^?\]?[^]]*\]", "_", field.pattern))
    if not field.pattern or found:
        what = f"`{found.group()}`" if found else "an empty expression"
        raise token.at.error(
            f"{field.name}: {what} cannot be in a regular expression here",
            "look-around, back references and possessive repeats can take exponential time",
        )


def _check_access(raw: RawField, field: Field) -> None:
    _contradiction(raw, "readonly", "writeonly", "nobody could use it")
    _contradiction(raw, "readonly", "hidden", "a hidden field is not seen")
    _contradiction(raw, "writeonly", "hidden", "a hidden field is not written")
    for secret in ("writeonly", "hidden"):
        for key in ("search", "filter", "sort"):
            _contradiction(raw, secret, key, "clients could guess the value")
    if field.filter and field.name in QUERY_PARAMETERS:
        raise raw.flags["filter"].at.error(
            f"{field.name}: `?{field.name}=` means something else in every collection",
            "rename the field",
        )


def _with_limits(raw: RawField, field: Field) -> Field:
    found: dict[str, Any] = {}
    for key in _LIMITS:
        if key not in raw.flags:
            continue
        token = raw.flags[key]
        try:
            # A limit may have more digits than the column; it need not be a value of it.
            found[key] = values.canonical(replace(field, precision=None, scale=None), token.text)
        except ValueError as error:
            raise token.at.error(f"{field.name}: `{key}=`: {error}") from None
    for one, other in (("ge", "gt"), ("le", "lt")):
        if one in found and other in found:
            raise raw.flags[other].at.error(
                f"{field.name}: `{one}` and `{other}` contradict each other", "take one"
            )
    field = replace(field, **found)
    low, high = (
        next((k for k in ("ge", "gt") if k in found), None),
        next((k for k in ("le", "lt") if k in found), None),
    )
    if low and high:
        least: Any = values.parse(field, found[low])
        most: Any = values.parse(field, found[high])
        if least > most or (least == most and (low, high) != ("ge", "le")):
            raise raw.flags[low].at.error(
                f"{field.name}: no value is {low} {found[low]} and {high} {found[high]}"
            )
        if field.type in ("int", "bigint") and (low, high) == ("gt", "lt") and most - least < 2:
            raise raw.flags[low].at.error(
                f"{field.name}: no value is {low} {found[low]} and {high} {found[high]}"
            )
    return field


def _with_defaults(raw: RawField, field: Field) -> Field:
    found: dict[str, str] = {}
    for key, server in (("default", False), ("server_default", True)):
        token = raw.flags.get(key)
        if token is None:
            continue
        if token.text == "null" and not token.quoted:
            if not field.null:
                raise token.at.error(
                    f"{field.name}: its `{key}` is null, but it may not be null", "add `null`"
                )
            continue
        word = (
            _SPELLINGS.get(token.text.lower(), token.text)
            if (field.type, False) in values.WORDS
            else token.text
        )
        if values.is_word(field, word, server=server):
            found[key] = word
            continue
        if server and values.is_word(field, word):
            raise token.at.error(
                f"{field.name}: not every database can make `{word}`",
                f"take `default={word}`, which the app makes",
            )
        try:
            found[key] = values.canonical(field, token.text)
        except ValueError as error:
            hint = one_of(token.text, field.choices) if field.type == "enum" else None
            raise token.at.error(f"{field.name}: `{key}=`: {error}", hint) from None
    return replace(field, **found)  # type: ignore[arg-type]
