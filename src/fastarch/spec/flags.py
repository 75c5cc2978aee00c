"""What is said of every field: its type and flags, in words that are known and go together."""

from __future__ import annotations

from dataclasses import replace

from fastarch.errors import UsageError
from fastarch.spec.grammar import RawField
from fastarch.spec.names import check_field_name
from fastarch.spec.place import one_of
from fastarch.spec.vocabulary import FLAG_ALIASES, FLAGS, LIMITS, M2M, TYPE_ALIASES, TYPES


def kind_of(raw: RawField) -> str:
    """The proper word for its type.

    Raises:
        UsageError: There is no such type.
    """
    if raw.type is None:
        return "str"
    word = raw.type.text.lower()
    kind = TYPE_ALIASES.get(word, word)
    if kind not in TYPES:
        hint = one_of(word, TYPES, [*TYPE_ALIASES, *FLAGS])
        raise raw.type.at.error(f"{raw.name.text}: unknown type `{raw.type.text}`", hint)
    return kind


def check_flags(raw: RawField, kind: str) -> None:
    """Refuse flags that are unknown or make no sense for the type.

    Raises:
        UsageError: At the flag.
    """
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
        token.at.check_characters(name, token.text)
    for token in raw.arguments:
        token.at.check_characters(name, token.text)


def _flag_hint(key: str) -> str:
    if key in ("required", "notnull", "not_null"):
        return "a field is required unless it has `null` or a default"
    if key in ("primary", "primary_key", "pk"):
        return "every resource has an id of its own; `--id int|uuid` says of which type"
    if key in TYPES or key in TYPE_ALIASES:
        return "the type comes first, directly after the name"
    if not key.isidentifier():
        return 'a value with `:` in it stands in double quotes: `default="a:b"`'
    return one_of(key, FLAGS, FLAG_ALIASES)


def _sense_hint(key: str, kind: str) -> str | None:
    flag = FLAGS[key]
    if key in ("min", "max") and kind in FLAGS["ge"].types:
        return f"limits of a value are `ge=` and `le=`; `{key}` counts characters or items"
    if key in LIMITS and kind in FLAGS["min"].types:
        return "the number of characters or items is limited by `min=` and `max=`"
    if key == "null" and kind == M2M:
        return "an m2m may always be empty"
    if key == "re" and kind in ("email", "url"):
        return f"{kind} has a pattern of its own; take `str` for another"
    return f"`{key}` goes with {', '.join(kind for kind in TYPES if kind in flag.types)}"


def is_on(raw: RawField, key: str) -> bool:
    """Whether a switch was set."""
    return key in raw.flags and raw.flags[key].text == "true"


def contradiction(raw: RawField, one: str, other: str, why: str) -> None:
    """Refuse two switches together.

    Raises:
        UsageError: Both are on.
    """
    if is_on(raw, one) and is_on(raw, other):
        raise raw.flags[other].at.error(
            f"{raw.name.text}: `{one}` and `{other}` contradict each other: {why}"
        )


def identifier(raw: RawField, key: str) -> str | None:
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
