"""Make a model known where every model is imported: Alembic's env.py, a package's ``__init__``."""

from __future__ import annotations

from collections.abc import Iterator

from fastarch.records import dataclass
from fastarch.wire import nodes, tree
from fastarch.wire.calls import literal
from fastarch.wire.extend_list import ExtendList
from fastarch.wire.import_names import Importing, members, statement_text
from fastarch.wire.import_wraps import Wrapped
from fastarch.wire.imports import AddImport, put_import, take_import, type_checking_names, unused
from fastarch.wire.python import PythonEdit
from fastarch.wire.syntax import cst
from fastarch.wire.tree import Path, Source, Unable
from fastarch.wire.usage import count_names


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
        wrapped: Import lines, and ``__all__``, that had to be wrapped, as in ``AddImport``.
        width: How long a line may be.
    """

    module: str
    names: tuple[str, ...]
    package: str = ""
    export: bool = False
    foreign: tuple[str, ...] = ()
    wrapped: Wrapped = ()
    width: int = 88

    def paste(self) -> str:
        """The import lines."""
        return "\n".join(statement_text(one) for one in self._plain())

    def put(self, source: Source) -> tuple[str, ...]:
        """Import the model."""
        there = [one for _, one in self._registered(source)]
        missing = [name for name in self.names if name not in {one.name for one in there}]
        if not missing or any(one.name not in self.names for one in there):
            return ()
        block, like, siblings = self._wanted(source)
        wanted = [one for one in like if one.name not in self.names or one.name in missing]
        foreign = unused(source, wanted)
        exports = self._exports(source)
        for one in wanted:
            put_import(source, block, one, beside=siblings)
            if exports and one.name not in {None, "*"}:
                ExtendList("__all__", _listed(source, one.bound), width=self.width).put(source)
        return foreign

    def take(self, source: Source) -> tuple[str, ...]:
        """Remove the import and the name from ``__all__``."""
        for block, found in list(self._registered(source)):
            if found.bound in self.foreign:
                continue
            if found.name is not None and _all_names(source) is not None:
                listed = ExtendList("__all__", _listed(source, found.bound), wrapped=self.wrapped)
                listed.take(source)
            # A use in annotations does not need it where they have an import of their own.
            typed = type_checking_names(source)
            take_import(source, block, found, unless_used=found.bound not in typed)
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

    def _registered(self, source: Source) -> Iterator[tuple[Path, Importing]]:
        """Imports that load the model's module, each with its block."""
        for path, statement in _statements(source):
            for part in nodes.small(statement):
                for member in members(part):
                    absolute = self._absolute(member)
                    whole = f"{absolute}.{member.name}"
                    ours = {self.module, f"{self.module}.*"}
                    ours |= {f"{self.module}.{name}" for name in self.names}
                    if whole in ours or (absolute == self.module and member.name is None):
                        yield path[:-2], member

    def _wanted(self, source: Source) -> tuple[Path, tuple[AddImport, ...], frozenset[str]]:
        """The imports in the spelling of the last sibling, its block, and what siblings bind."""
        found: dict[bool, tuple[Path, tuple[AddImport, ...]]] = {}
        siblings: list[str] = []
        used = count_names(source.module)
        for path, statement in _statements(source):
            comment = _noqa(statement)
            for part in nodes.small(statement):
                for member in members(part):
                    if like := self._like(member, comment):
                        found[member.name is None or not used[member.bound]] = path[:-2], like
                        siblings.append(member.bound)
        # What is imported to be used, as a base class is, shows less than what is registered.
        block, like = found.get(True) or found.get(False) or ((), self._plain())
        return block, like, frozenset(siblings)

    def _like(self, sibling: Importing, comment: str | None) -> tuple[AddImport, ...]:
        """Our imports as this sibling is written; none for what is no sibling."""
        parent, _, last = self.module.rpartition(".")
        absolute = self._absolute(sibling)
        beside = absolute.rpartition(".")[0] == parent and absolute != parent
        feature = not beside and self._of_a_feature(absolute)
        if sibling.name is None:
            like = (beside or feature) and not sibling.alias
            return (AddImport(self.module, comment=comment),) if like else ()
        renamed = sibling.alias == sibling.name
        if beside or (feature and sibling.module.count(".") > 0):
            up = 2 if feature else 1
            kept = sibling.module.split(".")[:-up]
            module = ".".join([*kept, *self.module.split(".")[-up:]])
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

    def _of_a_feature(self, absolute: str) -> bool:
        """A module of the same name in the package of another feature."""
        ours, theirs = self.module.split("."), absolute.split(".")
        alike = len(ours) == len(theirs) > 1 and ours[:-2] == theirs[:-2]
        return alike and ours[-1] == theirs[-1] and ours[-2] != theirs[-2]

    def _exports(self, source: Source) -> bool:
        """Does ``__all__`` list what the file imports?"""
        names = _all_names(source)
        if names is None:
            return False
        imported = {m.bound for s in source.module.body for p in nodes.small(s) for m in members(p)}
        return not names or bool(names.keys() & imported)


def _statements(source: Source) -> Iterator[tuple[Path, cst.CSTNode]]:
    """The module's statements, those for type checkers aside: they load nothing."""
    for path, statement in tree.statements(source, ()):
        outer = source.module.body[int(path[1])]
        typing = isinstance(outer, cst.If) and "TYPE_CHECKING" in (nodes.dotted(outer.test) or "")
        if not typing:
            yield path, statement


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
        name: one.value.value
        for one in elements
        if isinstance(one.value, cst.SimpleString) and (name := literal(one.value)) is not None
    }


def _listed(source: Source, name: str) -> str:
    """A name for ``__all__``, in the quotes of the others."""
    there = _all_names(source) or {}
    like = there.get(name) or next(iter(there.values()), '"')
    quote = "'" if like.endswith("'") else '"'
    return f"{quote}{name}{quote}"
