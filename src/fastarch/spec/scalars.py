"""Plain fields: limits, lengths and defaults that agree with the type and with each other."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any, cast

from fastarch.spec import values
from fastarch.spec.flags import contradiction, identifier, is_on, kind_of
from fastarch.spec.grammar import RawField
from fastarch.spec.names import member_name
from fastarch.spec.patterns import pattern_problem
from fastarch.spec.place import Token, one_of
from fastarch.spec.reserved import QUERY_PARAMETERS
from fastarch.spec.resource import Field, ScalarType
from fastarch.spec.vocabulary import FLAGS, ITEM_TYPES, LIMITS, M2M, REF

MAX_PRECISION = 65
"""Digits of a decimal that both PostgreSQL (1000) and MySQL (65) hold."""
MAX_LENGTH = 10_485_760
"""Characters of a VARCHAR in PostgreSQL."""
MAX_WORD = 255
"""Characters of an enum's word."""

_SPELLINGS = {
    "now()": "now",
    "current_timestamp": "now",
    "today()": "today",
    "current_date": "today",
    "uuid4()": "uuid4",
    "gen_random_uuid()": "uuid4",
}


def build_scalar(raw: RawField, kind: str) -> Field:
    """A plain field.

    Raises:
        UsageError: At the place of the word that is wrong.
    """
    name = raw.name.text
    known: dict[str, Any] = {"name": name, "type": kind}
    known.update(_arguments(raw, kind))
    known.update(
        {flag.attribute: True for key, flag in FLAGS.items() if flag.switch and is_on(raw, key)}
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
    known["was"] = identifier(raw, "was")
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
    kind = kind_of(raw.item)
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
            f"{field.name}: the smallest length, {field.min_length}, is above the largest, "
            f"{field.max_length}"
        )


def _check_pattern(raw: RawField, field: Field) -> None:
    if field.pattern is None:
        return
    problem = pattern_problem(field.pattern)
    if problem:
        raise raw.flags["re"].at.error(f"{field.name}: {problem[0]}", problem[1])


def _check_access(raw: RawField, field: Field) -> None:
    contradiction(raw, "readonly", "writeonly", "nobody could use it")
    contradiction(raw, "readonly", "hidden", "a hidden field is not seen")
    contradiction(raw, "writeonly", "hidden", "a hidden field is not written")
    for secret in ("writeonly", "hidden"):
        for key in ("search", "filter", "sort"):
            contradiction(raw, secret, key, "clients could guess the value")
    if field.filter and field.name in QUERY_PARAMETERS:
        raise raw.flags["filter"].at.error(
            f"{field.name}: `?{field.name}=` means something else in every collection",
            "rename the field",
        )


def _with_limits(raw: RawField, field: Field) -> Field:
    found: dict[str, Any] = {}
    for key in LIMITS:
        if key not in raw.flags:
            continue
        token = raw.flags[key]
        try:
            # A limit may have more digits than the column; it need not be a value of it.
            found[key] = values.canonical(replace(field, precision=None, scale=None), token.text)
        except ValueError as error:
            raise token.at.error(f"{field.name}: `{key}=`: {error}") from None
        if field.type == "decimal" and field.precision is not None and field.scale is not None:
            number = Decimal(found[key])
            beyond = number > 0 if key in ("ge", "gt") else number < 0
            if beyond and number.adjusted() >= field.precision - field.scale:
                raise token.at.error(f"{field.name}: no value of the column is {key} {token.text}")
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
