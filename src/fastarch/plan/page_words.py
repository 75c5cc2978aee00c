"""How the list of a resource is read page by page: words of the templates."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from fastarch.errors import Problem, UsageError
from fastarch.plan.places import module_name

if TYPE_CHECKING:
    from fastarch.discover.profile import AppProfile
    from fastarch.spec.resource import Pages, Resource

PLAIN_LIMIT, PLAIN_MAXIMUM = 50, 100
NAMES = ("Page", "CursorPage", "OffsetPage", "CursorItems", "CountedItems", "OffsetItems")


def page_words(resource: Resource, profile: AppProfile) -> dict[str, Any]:
    """The words; ``pages`` is None where a list has ``limit`` and ``offset`` alone.

    Args:
        profile: The app.
    """
    pages = resource.pages
    excluded = ("limit", "cursor" if pages and pages.by == "cursor" else "offset", "q", "sort")
    words: dict[str, Any] = {
        "page_limit": pages.limit if pages else PLAIN_LIMIT,
        "page_maximum": pages.maximum if pages else PLAIN_MAXIMUM,
        "not_filters": "{" + ", ".join(f'"{name}"' for name in excluded) + "}",
        "items": '["items"]' if pages and pages.body == "envelope" else "",
        "cursor_type": "Annotated[str, Field(max_length=4000, pattern=NO_NUL)]",
        "pages": None,
    }
    if pages is None:
        return words
    by_cursor = pages.by == "cursor"
    if by_cursor:
        counts = ", counts=True" if pages.total else ""
        made = f"CursorPage(request, response, query.limit, query.cursor{counts})"
    else:
        made = 'OffsetPage(request, response, query.limit, query.offset, ("limit", "offset"))'
    return words | {
        "pages": SimpleNamespace(
            by_cursor=by_cursor,
            envelope=items_class(pages) if pages.body == "envelope" else None,
            made=made,
            members=_members(pages),
            counted=pages.total or not by_cursor,
            module=module_name(profile.import_root, pages.file),
        )
    }


def items_class(pages: Pages) -> str:
    """The model of an envelope."""
    if pages.by == "offset":
        return "OffsetItems"
    return "CountedItems" if pages.total else "CursorItems"


def module_names(pages: Pages) -> frozenset[str]:
    """What a resource imports from the module that pages come from."""
    kind = "CursorPage" if pages.by == "cursor" else "OffsetPage"
    names = {"Page", kind}
    return frozenset(names | ({items_class(pages)} if pages.body == "envelope" else set()))


def find_words(
    shared: Mapping[str, Any],
    lists: Mapping[str, str],
    sent: Mapping[str, str],
    *,
    functions: bool,
) -> dict[str, str]:
    """How the rows of a list are asked for, from the router down to the query."""
    session = f"{'' if functions else 'self.'}{shared['session']}"
    own, passed = ([shared["owner_first"]], [shared["owner"].name]) if shared["owner"] else ([], [])
    if shared["pages"] is None:
        parameters = [*own, "*", "limit: int", "offset: int", *lists.values()]
        arguments = [*passed, "limit=query.limit", "offset=query.offset"]
        rows = f"{session}.{shared['scalars']}(statement)"
    else:
        parameters = ["page: Page", *own, *(["*"] if lists else []), *lists.values()]
        arguments = ["page", *passed]
        rows = f"page.{shared['scalars']}({session}, statement)"
    return {
        "find_signature": ", ".join(parameters),
        "find_call": ", ".join([*arguments, *(f"{key}={sent[key]}" for key in lists)]),
        "found_rows": rows,
        "bounded": "" if shared["pages"] else ".limit(limit).offset(offset)",
        "page_parameter": ", page: Page" if shared["pages"] else "",
    }


def require_other_names(names: set[str]) -> None:
    """Refuse pages for a resource whose classes are called like theirs.

    Raises:
        UsageError: One is.
    """
    taken = sorted(names.intersection(NAMES))
    if taken:
        message = f"Pages have a class {taken[0]} of their own."
        raise UsageError(Problem(message, hint="a resource of another name can have pages"))


def _members(pages: Pages) -> dict[str, str]:
    """What stands beside the items."""
    if pages.by == "offset":
        return {"total": "page.total", "limit": "page.limit", "offset": "page.offset"}
    return {"next": "page.next"} | ({"total": "page.total"} if pages.total else {})
