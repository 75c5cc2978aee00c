"""The call that makes an endpoint's page dependency: how many rows, and by which parameters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from fastarch.discover.neighbours import arguments
from fastarch.discover.paging import Collection
from fastarch.errors import NotUnderstoodError, Problem
from fastarch.records import dataclass

LIMIT, MAXIMUM = 50, 100


@dataclass(frozen=True, slots=True)
class PageOptions:
    """What was asked for; None where it is not said.

    Args:
        limit: Rows of a page where a client does not say how many.
        maximum: Rows of a page at most.
        total: Count all rows, too.
        migration: Write a revision for an index.
        tests: Write tests of the endpoint.
    """

    by: Literal["cursor", "offset"] = "cursor"
    body: Literal["list", "envelope"] = "list"
    limit: int | None = None
    maximum: int | None = None
    total: bool = False
    migration: bool = True
    tests: bool = True


def bounds(collection: Collection, options: PageOptions) -> tuple[int, int]:
    """The limit of a page where nobody says one, and at most: the endpoint's own, if it has any."""
    there = collection.positions
    own = there.limit.default if there.limit is not None else there.constant
    limit = options.limit if options.limit is not None else own or LIMIT
    most = there.limit.maximum if there.limit is not None else None
    if options.maximum is not None:
        maximum = options.maximum
    elif most is not None:
        maximum = most
    else:
        # Old clients that say no limit go on getting what they got.
        maximum = max(MAXIMUM, own or 0)
    return min(limit, maximum), maximum


def page_call(collection: Collection, options: PageOptions, *, counts: bool) -> str:
    """``cursor_page(limit=20)``, with what differs from its defaults.

    Args:
        counts: The endpoint says how many rows there are.

    Raises:
        NotUnderstoodError: The endpoint has a cursor of its own, or computes an offset.
    """
    said = _words(collection, options, counts=counts)
    return f"{options.by}_page({', '.join(said)})"


def _words(collection: Collection, options: PageOptions, *, counts: bool) -> Iterator[str]:
    limit, maximum = bounds(collection, options)
    offsets = collection.positions.offsets
    if limit != LIMIT:
        yield f"limit={limit}"
    if maximum != MAXIMUM:
        yield f"maximum={maximum}"
    name = limit_name(collection, options)
    if name != "limit":
        yield f'limit_name="{name}"'
    if options.by == "offset":
        if offsets:
            yield f'offset_name="{offset_name(collection)}"'
        return
    if offsets:
        names = ", ".join(f'"{one.name}"' for one in offsets)
        yield f"instead_of=({names},)" if len(offsets) == 1 else f"instead_of=({names})"
    if options.total or counts:
        yield "total=True"


def limit_name(collection: Collection, options: PageOptions) -> str:
    """The parameter that says how many rows; not one that means something else."""
    operation, limit = collection.operation, collection.positions.limit
    own = {argument.arg for argument, _ in arguments(operation.node)}
    if "cursor" in own and options.by == "cursor":
        message = f"{operation.node.name} has a parameter cursor of its own."
        raise _refusal(collection, message)
    if limit is not None:
        return limit.name
    return next(name for name in ("limit", "page_size", "page_limit") if name not in own)


def offset_name(collection: Collection) -> str:
    """The parameter that says an offset."""
    there = collection.positions.offsets
    if len(there) == 1 and there[0].plain:
        return there[0].name
    names = ", ".join(one.name for one in there)
    message = f"The offset is computed from {names}: an offset beside it would be a second one."
    raise _refusal(collection, message, "use --by cursor, which leaves it as it is")


def _refusal(collection: Collection, message: str, hint: str | None = None) -> NotUnderstoodError:
    place = collection.operation.place
    return NotUnderstoodError(Problem(message, file=place.file, line=place.line, hint=hint))
