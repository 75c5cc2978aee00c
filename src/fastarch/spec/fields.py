"""From what was written to a Field or Relation that makes sense, or an error that says why not."""

from __future__ import annotations

from fastarch.errors import UsageError
from fastarch.spec.flags import check_flags, kind_of
from fastarch.spec.grammar import RawField, split_field
from fastarch.spec.names import check_field_name
from fastarch.spec.place import Spot
from fastarch.spec.relations import build_relation
from fastarch.spec.resource import Field, Relation
from fastarch.spec.scalars import build_scalar
from fastarch.spec.vocabulary import M2M, REF


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
    kind = kind_of(raw)
    check_flags(raw, kind)
    return build_relation(raw, kind) if kind in (REF, M2M) else build_scalar(raw, kind)
