"""Add an attribute to the body of a class: a relationship, a column, a field."""

from __future__ import annotations

from collections.abc import Callable, Collection

from fastarch.records import dataclass
from fastarch.wire import nodes, tree
from fastarch.wire.import_names import bindings, statement_text
from fastarch.wire.import_wraps import Wrapped
from fastarch.wire.imports import AddImport, put_imports, take_imports, unused
from fastarch.wire.nodes import Statement, blank
from fastarch.wire.python import PythonEdit
from fastarch.wire.sameness import same_code
from fastarch.wire.syntax import cst
from fastarch.wire.tree import Path, Source, Unable


@dataclass(frozen=True, slots=True)
class AddAttribute(PythonEdit):
    """An attribute after the last one of its kind, before the methods.

    Args:
        class_name: Qualified name of the class.
        source: The attribute, as one statement.
        imports: What it needs, imports for type checking included.
        foreign: Names whose imports were there, unused, before the edit.
        wrapped: Import lines that had to be wrapped, as in ``AddImport``.
    """

    class_name: str
    source: str
    imports: tuple[AddImport, ...] = ()
    foreign: tuple[str, ...] = ()
    wrapped: Wrapped = ()

    def paste(self) -> str:
        """The imports, and the attribute inside its class."""
        return paste_into_class(self.class_name, self.source, self.imports)

    def put(self, source: Source) -> tuple[str, ...]:
        """Add the attribute."""
        foreign = unused(source, self.imports)
        if put_attribute(source, self.class_name, self.source, kind):
            put_imports(source, self.imports)
        return foreign

    def take(self, source: Source) -> tuple[str, ...]:
        """Remove the attribute, unless it was edited."""
        kept = take_attribute(source, self.class_name, self.source, kind)
        take_imports(source, self.imports, self.foreign)
        return kept


def paste_into_class(name: str, text: str, imports: tuple[AddImport, ...]) -> str:
    """What to paste by hand for an attribute."""
    lines = [statement_text(one) for one in imports]
    body = "\n".join(f"    {line}" if line else "" for line in text.strip().splitlines())
    return "\n".join([*lines, *([""] if lines else []), f"class {name}:", "    ...", body])


def kind(statement: cst.CSTNode) -> str | None:
    """What sort of attribute a statement is, None where it is none."""
    parts = nodes.small(statement)
    if len(parts) != 1 or not isinstance(parts[0], cst.Assign | cst.AnnAssign):
        return None
    value = parts[0].value
    if isinstance(value, cst.Call):
        name = (nodes.dotted(value.func) or "call").rpartition(".")[2]
        if name in {"relationship", "Relationship", "relation"}:
            return "relationship"
        if name in {"ForeignKeyField", "ManyToManyField", "ReverseRelation"}:
            return "relationship"
    annotation = parts[0].annotation if isinstance(parts[0], cst.AnnAssign) else None
    if annotation is not None and "ReverseRelation" in nodes.code(annotation.annotation):
        return "relationship"
    return "field"


def put_attribute(
    source: Source,
    class_name: str,
    text: str,
    sort: Callable[[cst.CSTNode], str | None],
    before: Collection[str] = (),
) -> bool:
    """Add an attribute to a class; False where it is there.

    Args:
        before: Attributes that it comes ahead of, where they are there.

    Raises:
        Unable: The class has another attribute of that name, or no body to add to.
    """
    block = (*tree.find_class(source, class_name), "body")
    new = tree.parse_line(text, source.module)
    body = source.body(block)
    for statement in body:
        if bindings(statement) & bindings(new):
            if same_code(statement, new):
                return False
            raise Unable(f"{class_name} has another {', '.join(sorted(bindings(new)))} already")
    later = [i for i, one in enumerate(body) if not bindings(one).isdisjoint(before)]
    if later:
        theirs = nodes.leading(body[later[0]])
        lines = theirs if nodes.blanks(theirs) else ()
        body.insert(later[0], nodes.with_leading(new, lines))
        source.set_body(block, body)
        return True
    place, lead = _position(body, new, sort)
    if place == len(body) and sort(new) == sort(body[-1]) != "field" and source.touches_end(block):
        # The last line of a file without a line end stays as it is.
        place -= 1
        theirs = nodes.leading(body[place])
        body[place] = nodes.with_leading(
            body[place], lead or (() if nodes.blanks(theirs) else theirs)
        )
        lead = list(theirs) if nodes.blanks(theirs) else []
    body.insert(place, nodes.with_leading(new, lead))
    source.set_body(block, body)
    return True


def take_attribute(
    source: Source, class_name: str, text: str, sort: Callable[[cst.CSTNode], str | None]
) -> tuple[str, ...]:
    """Remove an attribute that is still as it was added; answers a sentence where it is not."""
    try:
        block: Path = (*tree.find_class(source, class_name), "body")
        body = source.body(block)
    except Unable:
        return ()
    new = tree.parse_line(text, source.module)
    for index, statement in enumerate(body):
        if not bindings(statement) & bindings(new):
            continue
        if not same_code(statement, new):
            names = ", ".join(sorted(bindings(new)))
            return (f"{class_name}.{names} was edited by hand and stays",)
        lead = nodes.leading(body.pop(index))
        if index < len(body) and (not nodes.blanks(lead) or sort(body[index]) == sort(new)):
            theirs = nodes.leading(body[index])
            if not (theirs and nodes.blanks(lead)):
                body[index] = nodes.with_leading(body[index], (*lead, *theirs))
        source.set_body(block, body or [cst.SimpleStatementLine([cst.Pass()])])
        return ()
    return ()


def _position(
    body: list[Statement], new: Statement, sort: Callable[[cst.CSTNode], str | None]
) -> tuple[int, list[cst.EmptyLine]]:
    attributes = [i for i, one in enumerate(body) if sort(one) and not _special(one)]
    alike = [i for i in attributes if sort(body[i]) == sort(new)]
    if alike:
        gaps = [nodes.leading(body[i]) for i in alike[1:]]
        room = bool(gaps) and all(any(line.comment is None for line in gap) for gap in gaps)
        return _after(body, alike[-1]), [blank()] if room else []
    if attributes:
        return _after(body, attributes[-1]), [blank()] if sort(new) == "relationship" else []
    special = [i for i, one in enumerate(body) if _special(one)]
    if special:
        return _after(body, special[-1]), [blank()]
    if body and nodes.is_docstring(body[0]):
        return 1, [blank()]
    filler = [i for i, one in enumerate(body) if _is_filler(one)]
    return (filler[-1] + 1 if filler else 0), []


def _after(body: list[Statement], index: int) -> int:
    """Behind an attribute and the string that documents it."""
    follows = index + 1 < len(body) and nodes.is_docstring(body[index + 1])
    return index + 2 if follows else index + 1


def _special(statement: cst.CSTNode) -> bool:
    """Is the statement an assignment to a dunder or to ``model_config``?"""
    names = [name for part in nodes.small(statement) for name in nodes.targets(part)]
    return any(name.startswith("__") or name == "model_config" for name in names)


def _is_filler(statement: cst.CSTNode) -> bool:
    return any(
        isinstance(part, cst.Pass)
        or (isinstance(part, cst.Expr) and isinstance(part.value, cst.Ellipsis))
        for part in nodes.small(statement)
    )
