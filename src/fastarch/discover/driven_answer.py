"""Where rows are in an answer, and what each of them shows."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from fastarch.discover.annotations import unwrap
from fastarch.discover.collection import rows_of
from fastarch.discover.columns import lineage
from fastarch.discover.frames import Read
from fastarch.discover.index import Definition, Module, ModuleIndex
from fastarch.discover.modules import dotted
from fastarch.discover.operations import Operation
from fastarch.discover.queries import called, refusal
from fastarch.discover.schemas import is_schema
from fastarch.discover.trail import Trail
from fastarch.records import dataclass

_LISTS = frozenset({"list", "List", "Sequence", "Iterable", "Collection"})
_LOOSE = frozenset({"dict", "Dict", "Any", "object", "Mapping"})
# Whatever else a schema may call a field.
_NAMES = frozenset({"alias", "serialization_alias", "validation_alias", "exclude"})


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """An answer.

    Args:
        items: The keys that lead to the rows.
        schema: What each row is turned into; None where code makes it by hand.
        by_hand: The expressions that code makes an item of.
    """

    items: tuple[str, ...]
    schema: Definition | None
    by_hand: tuple[ast.expr, ...] = ()


def read_answer(
    index: ModuleIndex, operation: Operation, trail: Trail, model: Definition, key: str
) -> Answer:
    """Read an answer.

    Args:
        key: The attribute that tells rows apart.

    Raises:
        NotUnderstoodError: It cannot be told where the rows are, or which is which.
    """
    reader = _Reader(index, operation, trail, model, key)
    words = {word.arg: word.value for word in operation.decorator.keywords}
    if None in words or any(
        name and (name.startswith("response_model_") or name == "response_class") for name in words
    ):
        raise reader.refusal("Its decorator changes what the answer looks like.")
    if trail.responses:
        raise reader.refusal("It makes its response itself.")
    if len(trail.returns) != 1:
        raise reader.refusal("It returns its rows at several places.")
    said = words.get("response_model", operation.node.returns)
    if isinstance(said, ast.Constant) and said.value is None:
        said = None
    answer = reader.by_model(said) if said is not None else None
    if answer is None:
        reader.require_plain_calls()
        answer = reader.by_hand(trail.returns[0])
        if said is not None and (schema := reader.listed_within(said)) is not None:
            answer = Answer(answer.items, schema)
    elif answer.schema is None:
        answer = Answer(answer.items, None, reader.by_hand(trail.returns[0]).by_hand)
    reader.require_key(answer)
    return answer


@dataclass(frozen=True, slots=True, eq=False)
class _Reader:
    index: ModuleIndex
    operation: Operation
    trail: Trail
    model: Definition
    key: str

    def refusal(self, message: str) -> Exception:
        return refusal(self.trail.sites[0].read, message)

    # --- what a response model says

    def by_model(self, said: ast.expr) -> Answer | None:
        """What the response model says; None where it says nothing of rows."""
        module = self.operation.module
        node = unwrap(self.index, module, said).node
        if isinstance(node, ast.Subscript) and _word(node.value) in _LISTS:
            return Answer((), self.element(module, node.slice))
        if node is None or _word(node.value if isinstance(node, ast.Subscript) else node) in _LOOSE:
            return None
        outer = node.value if isinstance(node, ast.Subscript) else node
        found = self.index.resolve(module, dotted(outer) or "-")
        if found is None or not is_schema(self.index, found):
            raise self.refusal(f"It cannot be told where {ast.unparse(said)} has the rows.")
        lists = [
            (name, owner, inner)
            for name, owner, annotation, value in fields(self.index, found)
            if (inner := self.listed(owner.module, annotation)) is not None
            and not set(_NAMES) & _keywords(value)
        ]
        if len(lists) != 1 or is_renaming(self.index, found):
            raise self.refusal(f"It cannot be told where {found.name} has the rows.")
        name, owner, inner = lists[0]
        element = self.index.resolve(owner.module, dotted(inner) or "-")
        if isinstance(node, ast.Subscript) and (element is None or not _is_class(element)):
            return Answer((name,), self.element(module, node.slice))
        return Answer((name,), self.element(owner.module, inner))

    def listed_within(self, said: ast.expr) -> Definition | None:
        """The class of the one list in ``dict[str, list[UserRead] | int]``."""
        module = self.operation.module
        found = [
            node.slice
            for node in ast.walk(said)
            if isinstance(node, ast.Subscript) and _word(node.value) in _LISTS
        ]
        return self.element(module, found[0]) if len(found) == 1 else None

    def listed(self, module: Module, annotation: ast.expr) -> ast.expr | None:
        """What a list is of."""
        node = unwrap(self.index, module, annotation).node
        if isinstance(node, ast.Subscript) and _word(node.value) in _LISTS:
            return node.slice
        return None

    def element(self, module: Module, node: ast.expr) -> Definition | None:
        """The class of a list's elements; None for dictionaries and the like."""
        inner = unwrap(self.index, module, node)
        if inner.node is None or inner.null:
            raise self.refusal(f"It cannot be told what {ast.unparse(node)} shows of a row.")
        outer = inner.node.value if isinstance(inner.node, ast.Subscript) else inner.node
        if _word(outer) in _LOOSE:
            return None
        found = self.index.resolve(inner.module, dotted(outer) or "-")
        if found is None or not _is_class(found) or isinstance(inner.node, ast.Subscript):
            raise self.refusal(f"It cannot be told what {ast.unparse(node)} shows of a row.")
        return found

    # --- what code returns

    def require_plain_calls(self) -> None:
        """Refuse where a function on the way may put something around the rows."""
        for function in self.trail.functions.values():
            if function.frame.depth == 0:
                continue
            for node in ast.walk(function.frame.node):
                if isinstance(node, ast.Return) and isinstance(node.value, ast.Dict):
                    raise self.refusal("It cannot be told where the answer has the rows.")

    def by_hand(self, read: Read) -> Answer:
        """What the returned expression says."""
        frame, node = read
        match node:
            case ast.Dict(keys=keys, values=values):
                for key, value in zip(keys, values, strict=True):
                    if rows_of(Read(frame, value)) is None:
                        continue
                    if not (isinstance(key, ast.Constant) and isinstance(key.value, str)):
                        break
                    inner = self.by_hand(Read(frame, value))
                    return Answer((key.value, *inner.items), inner.schema, inner.by_hand)
                raise self.refusal("It cannot be told where the answer has the rows.")
            case ast.Await(value=value):
                return self.by_hand(Read(frame, value))
            case ast.Name(id=name):
                values = frame.binding(name, node)
                if len(values) == 1:
                    return self.by_hand(Read(frame, values[0]))
                raise self.refusal("It cannot be told what the answer shows of a row.")
            case ast.ListComp(elt=item) | ast.GeneratorExp(elt=item):
                return Answer((), None, (item,))
            case ast.List(elts=[ast.Starred()]):
                return Answer((), self.model)
            case ast.List():
                raise self.refusal("It cannot be told what the answer shows of a row.")
            case ast.Call() if (target := called(frame, node)) is not None:
                return self.by_call(target[0])
            case ast.Call(func=function, args=[first]) if _word(function) in {"list", "tuple"}:
                return self.by_hand(Read(frame, first))
            case ast.Call(func=function):
                found = self.index.resolve(frame.module, dotted(function) or "-", frame.node)
                if found is not None:
                    raise self.refusal("It cannot be told where the answer has the rows.")
                return Answer((), self.model)
            case _:
                raise self.refusal("It cannot be told where the answer has the rows.")

    def by_call(self, target: Definition) -> Answer:
        """What a function on the way gives: rows as they are, or what it makes of each."""
        for function in self.trail.functions.values():
            if function.frame.node is not target.node:
                continue
            values = [
                statement.value
                for statement in function.frame.statements()
                if isinstance(statement, ast.Return) and statement.value is not None
            ]
            if len(values) == 1:
                return self.by_hand(Read(function.frame, values[0]))
        # A helper that runs any statement.
        return Answer((), self.model)

    # --- which is which

    def require_key(self, answer: Answer) -> None:
        """Refuse where items do not say which row they are of."""
        if answer.schema is not None and answer.schema.node is self.model.node:
            if any(
                isinstance(one.node, ast.Attribute) for one in self.trail.sites[0].facts.columns
            ):
                raise self.refusal("The answer does not show the primary key as it is.")
            return
        if answer.schema is not None:
            shown = [
                value for name, _, _, value in fields(self.index, answer.schema) if name == self.key
            ]
            renamed = is_renaming(self.index, answer.schema)
            if shown and not renamed and not set(_NAMES) & _keywords(shown[0]):
                return
        for item in answer.by_hand:
            if isinstance(item, ast.Dict) and any(
                isinstance(key, ast.Constant)
                and key.value == self.key
                and isinstance(value, ast.Attribute)
                and isinstance(value.value, ast.Name)
                and value.attr == self.key
                for key, value in zip(item.keys, item.values, strict=True)
            ):
                return
        raise self.refusal("The answer does not show the primary key as it is.")


def fields(
    index: ModuleIndex, schema: Definition
) -> Iterator[tuple[str, Definition, ast.expr, ast.expr | None]]:
    """The fields of a schema: name, owner, annotation and value."""
    seen: set[str] = set()
    for current in lineage(index, schema):
        for statement in getattr(current.node, "body", ()):
            if not isinstance(statement, ast.AnnAssign) or not dotted(statement.target):
                continue
            name = dotted(statement.target)
            if name in seen or _word(_outer(statement.annotation)) == "ClassVar":
                continue
            seen.add(name)
            if name != "model_config":
                yield name, current, statement.annotation, statement.value


def is_renaming(index: ModuleIndex, schema: Definition) -> bool:
    """Whether a schema may call fields something else."""
    return any(
        "alias_generator" in ast.unparse(current.node)
        for current in lineage(index, schema)
        if isinstance(current.node, ast.ClassDef)
    )


def _keywords(value: ast.expr | None) -> set[str | None]:
    return {word.arg for word in value.keywords} if isinstance(value, ast.Call) else set()


def _outer(node: ast.expr) -> ast.expr:
    return node.value if isinstance(node, ast.Subscript) else node


def _word(node: ast.expr | None) -> str:
    return dotted(node).rpartition(".")[2]


def _is_class(found: Definition) -> bool:
    return isinstance(found.node, ast.ClassDef)
