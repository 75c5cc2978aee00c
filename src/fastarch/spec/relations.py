"""References to other resources, from what was written."""

from __future__ import annotations

from typing import cast

from fastarch.errors import UsageError
from fastarch.spec.flags import identifier, is_on
from fastarch.spec.grammar import RawField
from fastarch.spec.names import MAX_BYTES, target_name
from fastarch.spec.place import one_of
from fastarch.spec.resource import OnDelete, Relation
from fastarch.spec.vocabulary import M2M, ON_DELETE, ON_DELETE_DEFAULT, REF


def build_relation(raw: RawField, kind: str) -> Relation:
    """A ref or m2m.

    Raises:
        UsageError: At the place of the word that is wrong.
    """
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
    if on is not None and on.text == "set_null" and not is_on(raw, "null"):
        if kind == M2M:
            raise on.at.error(
                f"{name}: `on=set_null` makes no sense for m2m", "take `cascade` or `restrict`"
            )
        raise on.at.error(
            f"{name}: `on=set_null` needs `null`", "add `:null`, or take `cascade` or `restrict`"
        )
    if is_on(raw, "readonly") and kind == REF and not is_on(raw, "null"):
        raise raw.flags["readonly"].at.error(
            f"{name}: it is required, but `readonly` lets no client give it", "add `null`"
        )
    relation = Relation(
        name,
        kind="ref" if kind == REF else "m2m",
        target=target_spelling,
        null=is_on(raw, "null"),
        unique=is_on(raw, "unique"),
        index=kind == REF and ("index" not in raw.flags or is_on(raw, "index")),
        filter=is_on(raw, "filter"),
        sort=is_on(raw, "sort"),
        readonly=is_on(raw, "readonly"),
        on_delete=cast(OnDelete, on.text) if on else ON_DELETE_DEFAULT[kind],
        back=identifier(raw, "back"),
        via=identifier(raw, "via"),
        was=identifier(raw, "was"),
        doc=raw.flags["doc"].text if "doc" in raw.flags else None,
    )
    if relation.was == name:
        raise raw.flags["was"].at.error(f"{name}: `was={name}` is the name that it has")
    return relation
