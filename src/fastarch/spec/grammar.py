"""The syntax of a field: ``name[:type[=arg[,arg…]]][:flag[=value]]…`` to tokens, and back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field

from fastarch.records import dataclass
from fastarch.spec.place import Spot, Token
from fastarch.spec.vocabulary import FLAG_ALIASES, FLAGS, TYPE_ALIASES, TYPES

_SPECIAL = frozenset(':,"')


@dataclass(slots=True)
class RawField:
    """A field as it was written, in either form, before anything is known to make sense.

    Args:
        name: The field's name.
        type: The word for its type, None where none was given.
        arguments: What follows the type's ``=``.
        flags: Values of flags by their proper names; a switch has ``true`` or ``false``.
        item: The type of a list's items.
    """

    name: Token
    type: Token | None = None
    arguments: tuple[Token, ...] = ()
    flags: dict[str, Token] = field(default_factory=dict)
    item: RawField | None = None


def split_field(text: str, at: Spot) -> RawField:
    """Read a field of the command line: its name, type and flags.

    Raises:
        UsageError: A quote is not closed, a part is empty, a flag comes twice.
    """
    parts = list(_split(text, at, ":"))
    name = _text(parts[0])
    return _field(name, parts[1:])


def split_short(name: Token, text: str, at: Spot) -> RawField:
    """Read the short form of YAML: what follows the name.

    Raises:
        UsageError: As `split_field`.
    """
    return _field(name, list(_split(text, at, ":")))


def split_type(name: Token, text: str, at: Spot) -> RawField:
    """Read a type with its arguments alone (``decimal=12,2``), as the map form's ``type`` has it.

    Raises:
        UsageError: As `split_field`; flags are not taken here.
    """
    parts = list(_split(text, at, ":"))
    if len(parts) > 1:
        raise parts[1][0].at.error(
            "flags are keys of their own in the map form", "for example `null: true`"
        )
    return _field(name, parts)


def split_words(text: str, at: Spot) -> tuple[Token, ...]:
    """Read words that commas separate.

    Raises:
        UsageError: A quote is not closed.
    """
    return tuple(_text(part) for part in _split(text, at, ","))


def quote(text: str, *, always: bool = False) -> str:
    """The spelling of a value in the grammar: in double quotes where it needs them."""
    if always or not text or _SPECIAL & set(text):
        return '"' + text.replace('"', '""') + '"'
    return text


# One-character tokens: every piece of a part knows where it stood and whether it was quoted.
_Part = list[Token]


def _split(text: str, at: Spot, separator: str) -> Iterator[_Part]:
    """Split at separators outside of double quotes. ``""`` inside of quotes is one double quote."""
    part: _Part = [Token("", at)]
    position = 0
    while position < len(text):
        character, here = text[position], at.shift(position)
        position += 1
        if character == separator:
            yield part
            part = [Token("", at.shift(position))]
        elif character == '"':
            part.append(Token("", here, quoted=True))
            while True:
                end = text.find('"', position)
                if end < 0:
                    raise here.error(
                        "a double quote is not closed", 'a double quote in a value is written `""`'
                    )
                part += [Token(text[i], at.shift(i), quoted=True) for i in range(position, end)]
                position = end + 1
                if text[position : position + 1] != '"':
                    break
                part.append(Token('"', at.shift(position), quoted=True))
                position += 1
        else:
            part.append(Token(character, here))
    yield part


def _cut(part: _Part, separator: str) -> tuple[_Part, _Part | None]:
    for index, token in enumerate(part):
        if token.text == separator and not token.quoted:
            return part[:index], [Token("", token.at.shift(1)), *part[index + 1 :]]
    return part, None


def _text(part: _Part) -> Token:
    """The part as one token, standing where its first character does."""
    text = "".join(token.text for token in part)
    return Token(text, part[0].at, quoted=any(token.quoted for token in part))


def _field(name: Token, parts: list[_Part]) -> RawField:
    raw = RawField(name)
    for index, part in enumerate(parts):
        head, value = _cut(part, "=")
        word = _text(head)
        if not word.text:
            raise word.at.error(
                f"{name.text}: a type or flag is missing here",
                "write `name:type:flag`, without empty parts",
            )
        key = word.text.lower()
        if index == 0 and (key in TYPES or key in TYPE_ALIASES):
            raw.type = word
            if value is not None:
                _arguments(raw, TYPE_ALIASES.get(key, key), value)
            continue
        key = FLAG_ALIASES.get(key, key)
        # The first word is meant as a type, unless it is a flag: `note:null` is a nullable str.
        if index == 0 and key not in FLAGS:
            raw.type = word
            continue
        if key in raw.flags:
            raise word.at.error(f"{name.text}: the flag `{key}` is given twice")
        if key not in FLAGS:
            raw.flags[key] = word
        elif value is not None:
            raw.flags[key] = _text(value)
        elif FLAGS[key].switch:
            raw.flags[key] = Token("true", word.at)
        else:
            raise word.at.error(f"{name.text}: the flag `{key}` needs a value", f"write `{key}=…`")
    return raw


def _arguments(raw: RawField, kind: str, value: _Part) -> None:
    if kind == "list":
        raw.item = RawField(raw.name)
        head, inner = _cut(value, "=")
        raw.item.type = _text(head)
        key = raw.item.type.text.lower()
        if inner is not None:
            _arguments(raw.item, TYPE_ALIASES.get(key, key), inner)
        return
    arguments = []
    rest: _Part | None = value
    while rest is not None:
        head, rest = _cut(rest, ",")
        arguments.append(_text(head))
    raw.arguments = tuple(arguments)
