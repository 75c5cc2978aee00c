"""Where code of a module uses a member of one of its classes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import libcst as cst

from fastarch.merge.prints import Node
from fastarch.wire import nodes

_SELF = frozenset({"self", "cls"})
# Calls that name fields in strings.
_NAMING = frozenset({
    "Index", "UniqueConstraint", "PrimaryKeyConstraint", "field_validator", "field_serializer",
    "validates",
})  # fmt: skip


def member_uses(body: Sequence[Node], name: str) -> int:
    """How often code uses a member of a class.

    Args:
        body: The statements of a module.
        name: ``Class.member``.
    """
    return sum(1 for _ in _uses(body, name))


def first_use(body: Sequence[Node], name: str) -> Node:
    """The first use of a member, None where there is none."""
    return next(_uses(body, name), None)


def _uses(body: Sequence[Node], name: str) -> Iterator[Node]:
    owner, _, member = name.rpartition(".")
    last = owner.rpartition(".")[2]
    for statement in body:
        inside = isinstance(statement, cst.ClassDef) and statement.name.value == owner.split(".")[0]
        for node in nodes.walk(statement):
            if isinstance(node, cst.Attribute) and node.attr.value == member:
                root = nodes.dotted(node.value) or ""
                if root.rpartition(".")[2] == last or (inside and root in _SELF):
                    yield node
            elif inside and isinstance(node, cst.Call):
                called = (nodes.dotted(node.func) or "").rpartition(".")[2]
                if called in _NAMING:
                    yield from (
                        one
                        for one in node.args
                        if isinstance(one.value, cst.SimpleString)
                        and one.value.evaluated_value == member
                    )


class _Members(cst.CSTTransformer):
    """Gives members other names where ``self`` or ``cls`` is asked for them."""

    def __init__(self, names: Mapping[str, str]) -> None:
        super().__init__()
        self.names = names

    def leave_Attribute(  # noqa: N802 - the library's name
        self, original_node: cst.Attribute, updated_node: cst.Attribute
    ) -> cst.BaseExpression:
        name = self.names.get(original_node.attr.value)
        if name is None or nodes.dotted(original_node.value) not in _SELF:
            return updated_node
        return updated_node.with_changes(attr=updated_node.attr.with_changes(value=name))


def members_in_words(node: cst.ClassDef, names: Mapping[str, str]) -> cst.ClassDef:
    """A class whose methods call its members by other names."""
    if not names:
        return node
    changed = node.visit(_Members(names))
    assert isinstance(changed, cst.ClassDef)
    return changed
