"""Every spelling of a name, derived in one place."""

from __future__ import annotations

import re
import unicodedata

from fastarch.errors import Problem, UsageError
from fastarch.records import dataclass
from fastarch.spec import reserved
from fastarch.spec.plurals import pluralise, singularise

MAX_BYTES = 63
"""PostgreSQL cuts longer identifiers off silently; MySQL allows 64."""

_WORD_BREAKS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[-_ ]")
_SNAKE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Name:
    """A resource's name as snake_case words: ``order_item`` and ``order_items``."""

    singular: str
    plural: str

    @property
    def one(self) -> str:
        """``order_item``."""
        return self.singular

    @property
    def many(self) -> str:
        """``order_items``."""
        return self.plural

    @property
    def One(self) -> str:  # noqa: N802
        """``OrderItem``."""
        return "".join(word[:1].upper() + word[1:] for word in self.singular.split("_"))

    @property
    def Many(self) -> str:  # noqa: N802
        """``OrderItems``."""
        return "".join(word[:1].upper() + word[1:] for word in self.plural.split("_"))

    @property
    def slug(self) -> str:
        """``order-items``, for URLs."""
        return self.plural.replace("_", "-")

    @property
    def human(self) -> str:
        """``order item``, for sentences."""
        return self.singular.replace("_", " ")

    @property
    def humans(self) -> str:
        """``order items``, for sentences."""
        return self.plural.replace("_", " ")


def parse_name(text: str, plural: str | None = None) -> Name:
    """A resource's name from any usual spelling: products, Product, order-items, OrderItem.

    Args:
        text: The name, singular or plural.
        plural: Overrules the plural rules. The name is then taken to be the singular, unless it
            is the plural itself.

    Raises:
        UsageError: It cannot be used as a name in generated code; the message says why.
    """
    name = target_name(text, plural)
    for word in dict.fromkeys((name.singular, name.plural)):
        reason = reserved.resource_reason(word)
        if reason:
            raise _refused(text, reason)
    reason = reserved.class_reason(name.One)
    if reason:
        raise _refused(text, reason)
    return name


def target_name(text: str, plural: str | None = None) -> Name:
    """The name of a resource or hand-written model that is referred to: any identifier will do.

    Raises:
        UsageError: It is no identifier.
    """
    word = _snake(text)
    if plural is None:
        singular = singularise(word)
        many = pluralise(singular) if singular == word else word
    else:
        many = _snake(plural)
        singular = singularise(word) if word == many else word
    for spelling in (singular, many):
        if len(spelling) > MAX_BYTES:
            raise _refused(
                text, f"`{spelling}` is longer than the {MAX_BYTES} bytes of a name in PostgreSQL"
            )
    return Name(singular, many)


def check_field_name(name: str) -> None:
    """Refuse what cannot be an attribute of a model and of a schema.

    Raises:
        UsageError: The message says why, the hint what could be taken instead.
    """
    if not name:
        raise UsageError(Problem("a field has no name", hint="write it as `name:type`"))
    reason = reserved.field_reason(name)
    if reason:
        hint = f"`{name}_` or a more telling name would do" if not name.startswith("_") else None
        raise UsageError(Problem(f"the field name `{name}` cannot be used: {reason}", hint=hint))
    if not name.isascii():
        raise UsageError(
            Problem(
                f"the field name `{name}` has letters outside ASCII",
                hint="use a to z, 0 to 9 and `_`",
            )
        )
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*_?", name):
        suggestion = _suggest(name)
        hint = (
            f"did you mean `{suggestion}`?"
            if suggestion
            else "use a to z, 0 to 9 and single `_`, a letter first"
        )
        raise UsageError(Problem(f"the field name `{name}` is not in snake_case", hint=hint))
    if len(name) > MAX_BYTES:
        raise UsageError(
            Problem(
                f"the field name `{name}` is longer than PostgreSQL's {MAX_BYTES} bytes of a name"
            )
        )


def _snake(text: str) -> str:
    shown = text if len(text) <= 80 else f"{text[:77]}..."
    if not text:
        raise UsageError(Problem("the resource has no name", hint="for example `products`"))
    if not text.isascii():
        raise _refused(shown, "it has letters outside ASCII", "use a to z, 0 to 9, `-` and `_`")
    if text[0] == "_":
        raise _refused(shown, "it begins with an underscore")
    if text[0].isdigit():
        raise _refused(shown, "it begins with a digit")
    word = "_".join(part for part in _WORD_BREAKS.split(text) if part).lower()
    if "__" in text or not _SNAKE.fullmatch(word):
        raise _refused(
            shown,
            "it is not an identifier",
            "use a to z, 0 to 9, `-` and `_`, for example `order_items`",
        )
    return word


def _suggest(name: str) -> str | None:
    word = "_".join(
        part for part in re.split(r"[^A-Za-z0-9]+", "_".join(_WORD_BREAKS.split(name))) if part
    ).lower()
    usable = _SNAKE.fullmatch(word) and not reserved.field_reason(word)
    return word if usable else None


def _refused(text: str, reason: str, hint: str | None = None) -> UsageError:
    return UsageError(
        Problem(
            f"`{text}` cannot be the name of a resource: {reason}",
            hint=hint or "choose another name",
        )
    )


def member_name(word: str) -> str:
    """The name of an enum's member for a word: ``in-stock`` → ``IN_STOCK``, ``🔥`` → ``FIRE``.

    Capitals keep clear of keywords, of the methods of str and of Enum's own names.
    """
    spelled = []
    for character in unicodedata.normalize("NFKD", word.casefold()):
        if character.isascii() and character.isalnum():
            spelled.append(character)
        elif character in "-_ ./":
            spelled.append("_")
        elif not unicodedata.combining(character):
            name = unicodedata.name(character, f"U{ord(character):04X}")
            spelled.append("_" + re.sub(r"[^A-Z0-9]+", "_", name) + "_")
    member = re.sub(r"_+", "_", "".join(spelled)).strip("_").upper()
    return member if member[:1].isalpha() else f"VALUE_{member}".rstrip("_")
