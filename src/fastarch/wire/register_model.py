"""Make a model known where every model is imported: Alembic's env.py, a package's ``__init__``."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from fastarch.records import dataclass
from fastarch.wire import nodes
from fastarch.wire.extend_list import ExtendList
from fastarch.wire.import_names import Importing, members, statement_text
from fastarch.wire.import_wraps import Wrapped
from fastarch.wire.imports import AddImport, put_import, take_import, type_checking_names, unused
from fastarch.wire.python import PythonEdit
from fastarch.wire.tree import Source, Unable


@dataclass(frozen=True, slots=True)
class RegisterModel(PythonEdit):
    """Import a model the way its siblings are imported; ``__all__`` is kept in step.

    Args:
        module: Dotted module that defines the models: ``app.models.product``.
        names: Its classes, for siblings that are imported by name.
        package: Dotted name of the package of the edited file, where relative imports start;
            empty for the package that the module is in.
        export: In a file without ``__all__`` and without siblings, the import gets no ``noqa``.
        foreign: Names whose imports were there, unused, before the edit.
        wrapped: Import lines that had to be wrapped, as in ``AddImport``.
    """

    module: str
    names: tuple[str, ...]
    package: str = ""
    export: bool = False
    foreign: tuple[str, ...] = ()
    wrapped: Wrapped = ()

    def paste(self) -> str:
        """The import lines."""
        return "\n".join(statement_text(one) for one in self._plain())

    def put(self, source: Source) -> tuple[str, ...]:
        """Import the model."""
        there = list(self._registered(source))
        missing = [name for name in self.names if name not in {one.name for one in there}]
        if not missing or any(one.name not in self.names for one in there):
            return ()
        wanted = [
            one for one in self._wanted(source) if one.name not in self.names or one.name in missing
        ]
        foreign = unused(source, wanted)
        exports = self._exports(source)
        for one in wanted:
            put_import(source, (), one)
            if exports and one.name not in {None, "*"}:
                ExtendList("__all__", _listed(source, one.bound)).put(source)
        return foreign

    def take(self, source: Source) -> tuple[str, ...]:
        """Remove the import and the name from ``__all__``."""
        for found in list(self._registered(source)):
            if found.bound in self.foreign:
                continue
            if found.name is not None and _all_names(source) is not None:
                ExtendList("__all__", _listed(source, found.bound)).take(source)
            # A use in annotations does not need it where they have an import of their own.
            typed = type_checking_names(source)
            take_import(source, (), found, unless_used=found.bound not in typed)
        return ()

    def _plain(self) -> tuple[AddImport, ...]:
        comment = None if self.export else "# noqa: F401"
        return tuple(AddImport(self.module, name, comment=comment) for name in self.names)

    def _absolute(self, one: Importing) -> str:
        """The module that an import line names, without leading dots."""
        if not one.level:
            return one.module
        parts = (self.package or self.module.rpartition(".")[0]).split(".")
        base = parts[: len(parts) - one.level + 1]
        return ".".join([*base, *([one.module] if one.module else [])])

    def _registered(self, source: Source) -> Iterator[Importing]:
        """Imports that load the model's module."""
        for statement in source.module.body:
            for part in nodes.small(statement):
                for member in members(part):
                    absolute = self._absolute(member)
                    whole = f"{absolute}.{member.name}"
                    ours = {self.module, f"{self.module}.*"}
                    ours |= {f"{self.module}.{name}" for name in self.names}
                    if whole in ours or (absolute == self.module and member.name is None):
                        yield member

    def _wanted(self, source: Source) -> tuple[AddImport, ...]:
        """The imports in the spelling of the last sibling."""
        found: tuple[AddImport, ...] = ()
        for statement in source.module.body:
            comment = _noqa(statement)
            for part in nodes.small(statement):
                for member in members(part):
                    found = self._like(member, comment) or found
        return found or self._plain()

    def _like(self, sibling: Importing, comment: str | None) -> tuple[AddImport, ...]:
        """Our imports as this sibling is written; none for what is no sibling."""
        parent, _, last = self.module.rpartition(".")
        absolute = self._absolute(sibling)
        beside = absolute.rpartition(".")[0] == parent and absolute != parent
        if sibling.name is None:
            return (
                (AddImport(self.module, comment=comment),) if beside and not sibling.alias else ()
            )
        renamed = sibling.alias == sibling.name
        if beside:
            module = sibling.module.rpartition(".")[0]
            module = f"{module}.{last}" if module else last
            names = ("*",) if sibling.name == "*" else self.names
            return tuple(
                AddImport(module, name, name if renamed else None, sibling.level, comment=comment)
                for name in names
            )
        if absolute == parent and sibling.name == sibling.name.lower() and sibling.name != "*":
            return (
                AddImport(
                    sibling.module, last, last if renamed else None, sibling.level, comment=comment
                ),
            )
        return ()

    def _exports(self, source: Source) -> bool:
        """Does ``__all__`` list what the file imports?"""
        names = _all_names(source)
        if names is None:
            return False
        imported = {m.bound for s in source.module.body for p in nodes.small(s) for m in members(p)}
        return not names or bool(names.keys() & imported)


def _noqa(statement: cst.CSTNode) -> str | None:
    """The comment at the end of an import line, where it is one for linters."""
    line = getattr(statement, "trailing_whitespace", None)
    if isinstance(line, cst.TrailingWhitespace) and line.comment is not None:
        text = line.comment.value
        return text if "noqa" in text or "pylint" in text or "type:" in text else None
    return None


def _all_names(source: Source) -> dict[str, str] | None:
    """What ``__all__`` lists, each name as it is quoted; None where none can be extended."""
    try:
        path = ExtendList("__all__", '""').locate(source)
    except Unable:
        return None
    node = source.get(path)
    elements = getattr(node, "elements", ())
    return {
        str(one.value.evaluated_value): one.value.value
        for one in elements
        if isinstance(one.value, cst.SimpleString)
    }


def _listed(source: Source, name: str) -> str:
    """A name for ``__all__``, in the quotes of the others."""
    there = _all_names(source) or {}
    like = there.get(name) or next(iter(there.values()), '"')
    quote = "'" if like.endswith("'") else '"'
    return f"{quote}{name}{quote}"
