"""What a paginated endpoint returns: rows as they were, or an envelope around them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from fastarch.discover.operations import Operation
from fastarch.discover.paging import Collection
from fastarch.errors import NotUnderstoodError, Problem
from fastarch.plan.steps import EditFile
from fastarch.records import dataclass
from fastarch.wire.imports import AddImport
from fastarch.wire.replace_expression import IT, ReplaceExpression

_LISTS = frozenset({"list", "List", "Sequence", "Iterable", "Collection"})


@dataclass(frozen=True, slots=True)
class Envelope:
    """A body with the rows in it.

    Args:
        name: Its class.
        further: What of the page it has besides the rows.
        importing: How its class is imported.
    """

    name: str
    further: tuple[str, ...]
    importing: AddImport


def returned(
    collection: Collection, body: Envelope | None, page: str, width: int
) -> Iterator[EditFile]:
    """The edits of what an endpoint returns and says that it returns.

    Args:
        body: What to put around the rows; None for nothing.
        page: The name of the page.

    Raises:
        NotUnderstoodError: The response model is no list.
    """
    trail = collection.trail
    for read in trail.responses:
        new = f"{page}.with_headers({IT})"
        edit = ReplaceExpression(read.frame.qualname, ast.unparse(read.node), new, width=width)
        yield EditFile(read.frame.module.file, edit)
    if body is None:
        return
    model = model_of_body(collection.operation)
    if model is not None and model is collection.operation.node.returns:
        # A type checker holds the function to what it says.
        words = "".join(f", {word}={page}.{word}" for word in body.further)
        new = f"{body.importing.bound}(items={IT}{words})"
    else:
        words = "".join(f', "{word}": {page}.{word}' for word in body.further)
        new = f'{{"items": {IT}{words}}}'
    for read in trail.returns:
        edit = ReplaceExpression(read.frame.qualname, ast.unparse(read.node), new, width=width)
        yield EditFile(read.frame.module.file, edit)
    yield from _models(collection.operation, body, width)


def model_of_body(operation: Operation) -> ast.expr | None:
    """What an endpoint says of its body: the response model, else the return annotation."""
    words = {word.arg: word.value for word in operation.decorator.keywords}
    said = words.get("response_model")
    if isinstance(said, ast.Constant) and said.value is None:
        return None
    return said if said is not None else operation.node.returns


def _models(operation: Operation, body: Envelope, width: int) -> Iterator[EditFile]:
    """The response model as an envelope; and the return annotation beside it."""
    model = model_of_body(operation)
    if model is None:
        return
    is_list = isinstance(model, ast.Subscript) and (
        ast.unparse(model.value).rpartition(".")[2] in _LISTS
    )
    if not isinstance(model, ast.Subscript) or not is_list:
        message = f"The response model {ast.unparse(model)} is no list of something."
        place = operation.place
        hint = "use --body list, or write it as list[…]"
        raise NotUnderstoodError(Problem(message, file=place.file, line=place.line, hint=hint))
    new = f"{body.importing.bound}[{ast.unparse(model.slice)}]"
    edit = ReplaceExpression(
        operation.qualname, ast.unparse(model), new, True, (body.importing,), width
    )
    yield EditFile(operation.module.file, edit)
    returns = operation.node.returns
    if returns is not None and ast.unparse(returns) != ast.unparse(model):
        edit = ReplaceExpression(
            operation.qualname, ast.unparse(returns), "dict[str, object]", head=True, width=width
        )
        yield EditFile(operation.module.file, edit)
