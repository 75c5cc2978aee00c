"""Make a model known where every model is imported: Alembic's env.py, a package's ``__init__``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from fastarch.wire import tree
from fastarch.wire.extend_list import ExtendList
from fastarch.wire.import_names import Importing, members, statement_text
from fastarch.wire.imports import AddImport, put_import, take_import, unused
from fastarch.wire.python import PythonEdit
from fastarch.wire.tree import Source, Unable


@dataclass(frozen=True, slots=True)
class RegisterModel(PythonEdit):
    """Import a model the way its siblings are imported; ``__all__`` is kept in step.

    Args:
        module: Dotted module that defines the model: ``app.models.product``.
        name: The model's class.
        package: Dotted name of the package of the edited file, where relative imports start.
            For ``app/models/__init__.py`` it is ``app.models``; empty where there is none.
        export: In a file without ``__all__`` and without siblings, the import gets no ``noqa``.
        foreign: Names whose imports were there, unused, before the edit.
    """

    module: str
    name: str
    package: str = ""
    export: bool = False
    foreign: tuple[str, ...] = ()

    def paste(self) -> str:
        """The import line."""
        return statement_text(self._plain())

    def put(self, source: Source) -> tuple[str, ...]:
        """Import the model."""
        if any(True for _ in self._registered(source)):
            return ()
        wanted = self._wanted(source)
        foreign = unused(source, (wanted,))
        put_import(source, (), wanted)
        exported = self._exported(source, wanted)
        if exported is not None:
            exported.put(source)
        return foreign

    def take(self, source: Source) -> tuple[str, ...]:
        """Remove the import and the name from ``__all__``."""
        for found in list(self._registered(source)):
            if found.bound in self.foreign:
                continue
            if found.name is not None and _all_names(source) is not None:
                ExtendList("__all__", f'"{found.bound}"').take(source)
            take_import(source, (), found)
        return ()

    def _plain(self) -> AddImport:
        return AddImport(self.module, self.name, comment=None if self.export else "# noqa: F401")

    def _absolute(self, one: Importing) -> str:
        """The module that an import line names, without leading dots."""
        if not one.level:
            return one.module
        parts = self.package.split(".") if self.package else []
        base = parts[: len(parts) - one.level + 1]
        return ".".join([*base, *([one.module] if one.module else [])])

    def _registered(self, source: Source) -> Iterator[Importing]:
        """Imports that load the model's module."""
        for statement in source.module.body:
            for part in tree.small(statement):
                for member in members(part):
                    absolute = self._absolute(member)
                    whole = f"{absolute}.{member.name}"
                    if whole in {self.module, f"{self.module}.{self.name}", f"{self.module}.*"} or (absolute == self.module and member.name is None):
                        yield member

    def _wanted(self, source: Source) -> AddImport:
        """The import in the spelling of the last sibling."""
        parent, _, last = self.module.rpartition(".")
        found: AddImport | None = None
        for statement in source.module.body:
            comment = _noqa(statement)
            for part in tree.small(statement):
                for member in members(part):
                    found = self._like(member, parent, last, comment) or found
        return found or self._plain()

    def _like(
        self, sibling: Importing, parent: str, last: str, comment: str | None
    ) -> AddImport | None:
        """Our import as this sibling is written; None for what is no sibling."""
        absolute = self._absolute(sibling)
        beside = absolute.rpartition(".")[0] == parent and absolute != parent
        if sibling.name is None:
            plain = beside and sibling.alias is None
            return AddImport(self.module, comment=comment) if plain else None
        if beside:
            module = sibling.module.rpartition(".")[0]
            module = f"{module}.{last}" if module else last
            if sibling.name == "*":
                return AddImport(module, "*", None, sibling.level, comment=comment)
            alias = self.name if sibling.alias == sibling.name else None
            return AddImport(module, self.name, alias, sibling.level, comment=comment)
        if absolute == parent and sibling.name == sibling.name.lower() and sibling.name != "*":
            alias = last if sibling.alias == sibling.name else None
            return AddImport(sibling.module, last, alias, sibling.level)
        return None

    def _exported(self, source: Source, wanted: AddImport) -> ExtendList | None:
        names = _all_names(source)
        if names is None or wanted.name in {None, "*"}:
            return None
        imported = {m.bound for s in source.module.body for p in tree.small(s) for m in members(p)}
        if names and not names & imported:
            return None
        return ExtendList("__all__", f'"{wanted.bound}"')


def _noqa(statement: cst.CSTNode) -> str | None:
    """The comment at the end of an import line, where it is one for linters."""
    line = getattr(statement, "trailing_whitespace", None)
    if isinstance(line, cst.TrailingWhitespace) and line.comment is not None:
        text = line.comment.value
        return text if "noqa" in text or "pylint" in text or "type:" in text else None
    return None


def _all_names(source: Source) -> set[str] | None:
    """What ``__all__`` lists; None where there is none that can be extended."""
    try:
        path = ExtendList("__all__", '""').locate(source)
    except Unable:
        return None
    node = source.get(path)
    elements = getattr(node, "elements", ())
    return {
        str(one.value.evaluated_value)
        for one in elements
        if isinstance(one.value, cst.SimpleString)
    }
