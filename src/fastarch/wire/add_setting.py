"""Add a field to a settings class."""

from __future__ import annotations

from fastarch.records import dataclass
from fastarch.wire import nodes
from fastarch.wire.add_attribute import paste_into_class, put_attribute, take_attribute
from fastarch.wire.import_wraps import Wrapped
from fastarch.wire.imports import AddImport, put_imports, take_imports, unused
from fastarch.wire.python import PythonEdit
from fastarch.wire.syntax import cst
from fastarch.wire.tree import Source


@dataclass(frozen=True, slots=True)
class AddSetting(PythonEdit):
    """A field of a pydantic-settings class: after the last one, or ahead of some.

    Args:
        class_name: Qualified name of the class.
        source: The field, as one annotated assignment.
        imports: What it needs.
        foreign: Names whose imports were there, unused, before the edit.
        wrapped: Import lines that had to be wrapped, as in ``AddImport``.
        before: Fields that it comes ahead of, where they are there.
    """

    class_name: str
    source: str
    imports: tuple[AddImport, ...] = ()
    foreign: tuple[str, ...] = ()
    wrapped: Wrapped = ()
    before: tuple[str, ...] = ()

    def paste(self) -> str:
        """The imports, and the field inside its class."""
        return paste_into_class(self.class_name, self.source, self.imports)

    def put(self, source: Source) -> tuple[str, ...]:
        """Add the field."""
        foreign = unused(source, self.imports)
        if put_attribute(source, self.class_name, self.source, _field, self.before):
            put_imports(source, self.imports)
        return foreign

    def take(self, source: Source) -> tuple[str, ...]:
        """Remove the field, unless it was edited."""
        kept = take_attribute(source, self.class_name, self.source, _field)
        take_imports(source, self.imports, self.foreign)
        return kept


def _field(statement: cst.CSTNode) -> str | None:
    parts = nodes.small(statement)
    return "field" if len(parts) == 1 and isinstance(parts[0], cst.AnnAssign) else None
