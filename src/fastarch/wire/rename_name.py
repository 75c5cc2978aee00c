"""Give a name of a module another name, where it is defined and where it is imported."""

from __future__ import annotations

from collections.abc import Mapping

import libcst as cst

from fastarch.records import dataclass
from fastarch.wire import nodes, tree
from fastarch.wire.import_names import Member, members
from fastarch.wire.nodes import Statement
from fastarch.wire.python import PythonEdit
from fastarch.wire.rename import renamed
from fastarch.wire.tree import Source, Unable
from fastarch.wire.usage import bound_by


@dataclass(frozen=True, slots=True)
class RenameName(PythonEdit):
    """A function, class or variable at the top level of a module.

    Args:
        module: Dotted name of the module that defines it.
        old: Its name so far.
        new: Its name from now on.
    """

    module: str
    old: str
    new: str

    def paste(self) -> str:
        """What to do by hand."""
        return f"# rename {self.old} to {self.new}, of {self.module}"

    def put(self, source: Source) -> tuple[str, ...]:
        """Rename it.

        Raises:
            Unable: The new name means something else there.
        """
        _rename(source, self.module, self.old, self.new)
        return ()

    def take(self, source: Source) -> tuple[str, ...]:
        """Rename it back."""
        _rename(source, self.module, self.new, self.old)
        return ()


def _rename(source: Source, module: str, old: str, new: str) -> None:
    body = source.module.body
    imported = [_imports(one, module, old) for one in body]
    under_its_name = old in imported
    defined = any(old in bound_by(one) and not nodes.is_import(one) for one in body)
    if not under_its_name and not defined and not any(imported):
        return
    if under_its_name or defined:
        for one in body:
            if new in bound_by(one):
                line = tree.line_of(source, new)
                raise Unable(f"the name {new} is already taken in the module (line {line})")
    meant = {old: new} if under_its_name or defined else {}
    source.module = source.module.with_changes(
        body=[
            _with_target(renamed(one, meant), meant)
            if bound is None
            else _with_import(one, module, old, new)
            for one, bound in zip(body, imported, strict=True)
        ]
    )


def _imports(statement: Statement, module: str, name: str) -> str | None:
    """Under which name a statement imports the one of the module; None where it does not."""
    for part in nodes.small(statement):
        for member in members(part):
            if member.name == name and _is_from(member, module):
                return member.bound
    return None


def _is_from(member: Member, module: str) -> bool:
    """Whether an import leads to the module; a relative one by how it ends."""
    return member.module == module or bool(
        member.level and f".{module}".endswith(f".{member.module}" if member.module else "")
    )


def _with_import(statement: Statement, module: str, old: str, new: str) -> Statement:
    def swapped(part: cst.BaseSmallStatement) -> cst.BaseSmallStatement:
        if not isinstance(part, cst.ImportFrom) or isinstance(part.names, cst.ImportStar):
            return part
        if not any(_is_from(member, module) for member in members(part)):
            return part
        names = [
            alias.with_changes(name=cst.Name(new)) if nodes.dotted(alias.name) == old else alias
            for alias in part.names
        ]
        return part.with_changes(names=names)

    return statement.with_changes(body=[swapped(part) for part in nodes.small(statement)])


def _with_target(statement: Statement, names: Mapping[str, str]) -> Statement:
    """A statement that binds one of the names binds the new one."""
    if isinstance(statement, cst.FunctionDef | cst.ClassDef):
        return statement.with_changes(name=_named(statement.name, names))
    if not isinstance(statement, cst.SimpleStatementLine):
        return statement
    return statement.with_changes(body=[_assigned(part, names) for part in statement.body])


def _assigned(part: cst.BaseSmallStatement, names: Mapping[str, str]) -> cst.BaseSmallStatement:
    if isinstance(part, cst.AnnAssign):
        return part.with_changes(target=_named(part.target, names))
    if isinstance(part, cst.Assign):
        targets = [one.with_changes(target=_named(one.target, names)) for one in part.targets]
        return part.with_changes(targets=targets)
    return part


def _named(node: cst.BaseExpression, names: Mapping[str, str]) -> cst.BaseExpression:
    new = names.get(node.value) if isinstance(node, cst.Name) else None
    return node if new is None else node.with_changes(value=new)
