"""Give the text of a column another length."""

from __future__ import annotations

import libcst as cst

from fastarch.records import dataclass
from fastarch.wire import nodes, tree
from fastarch.wire.import_names import bindings
from fastarch.wire.python import PythonEdit
from fastarch.wire.tree import Source, Unable

_WORDS = frozenset({"length", "max_length"})
_COLUMNS = frozenset({"mapped_column", "Column", "Field"})


@dataclass(frozen=True, slots=True)
class ChangeLength(PythonEdit):
    """The number in ``String(60)``, ``String(length=60)`` or ``Field(max_length=60)``.

    Args:
        class_name: Qualified name of the class.
        attribute: The column.
        old: The length so far.
        new: The length from now on.
    """

    class_name: str
    attribute: str
    old: int
    new: int

    def paste(self) -> str:
        """What to do by hand."""
        place = f"{self.class_name}.{self.attribute}"
        return f"# {place}: a length of {self.new} in place of {self.old}"

    def put(self, source: Source) -> tuple[str, ...]:
        """Change it.

        Raises:
            Unable: The column does not say that length itself.
        """
        if not self._change(source, self.old, self.new) and not self._change(
            source, self.new, self.new
        ):
            place = f"{self.class_name}.{self.attribute}"
            raise Unable(f"{place} does not say its length of {self.old} itself")
        return ()

    def take(self, source: Source) -> tuple[str, ...]:
        """Change it back."""
        self._change(source, self.new, self.old)
        return ()

    def _change(self, source: Source, old: int, new: int) -> bool:
        """Whether the length was found; nothing changes where it is the same."""
        path = (*tree.find_class(source, self.class_name), "body")
        for index, statement in enumerate(source.body(path)):
            if self.attribute not in bindings(statement):
                continue
            swap = _Swap(str(old), str(new))
            changed = statement.visit(swap)
            if swap.found and old != new:
                assert isinstance(changed, cst.CSTNode)
                source.set((*path, "body", index), changed)
            return swap.found
        return False


class _Swap(cst.CSTTransformer):
    """Puts one number in place of another where it is a length."""

    def __init__(self, old: str, new: str) -> None:
        super().__init__()
        self.old, self.new, self.found = old, new, False

    def leave_Call(  # noqa: N802 - libcst's name
        self, original_node: cst.Call, updated_node: cst.Call
    ) -> cst.BaseExpression:
        """Change the lengths among a call's arguments."""
        name = (nodes.dotted(original_node.func) or "").rpartition(".")[2]
        return updated_node.with_changes(
            args=[self._argument(one, name) for one in updated_node.args]
        )

    def _argument(self, one: cst.Arg, name: str) -> cst.Arg:
        is_length = one.keyword.value in _WORDS if one.keyword else name not in _COLUMNS
        if not is_length or not isinstance(one.value, cst.Integer) or one.value.value != self.old:
            return one
        self.found = True
        return one.with_changes(value=one.value.with_changes(value=self.new))
