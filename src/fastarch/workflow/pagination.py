"""``fastarch add pagination``: discover, plan, draft, apply."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Literal

from fastarch.change import state
from fastarch.change.draft import Draft
from fastarch.errors import ConflictError, NotUnderstoodError, Problem, UsageError
from fastarch.plan.closing import next_steps
from fastarch.plan.page_call import MAXIMUM, PageOptions
from fastarch.plan.pagination import plan_pagination
from fastarch.records import dataclass
from fastarch.report import Report
from fastarch.workflow import carry
from fastarch.workflow.session import Mode, Target, at_work, find_root, read_app

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fastarch.change.state import Record
    from fastarch.discover.operations import Operation
    from fastarch.discover.profile import AppProfile
    from fastarch.plan.parts import Part

COMMAND = "add pagination"


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for, as typed; None where it was not."""

    target: str
    by: Literal["cursor", "offset"] = "cursor"
    body: Literal["list", "envelope"] | None = None
    limit: int | None = None
    maximum: int | None = None
    total: bool = False
    migration: bool = True
    tests: bool = True


def add_pagination(target: Target, mode: Mode, request: Request) -> Report:
    """Put pages on a collection endpoint.

    Raises:
        UsageError: There is no such collection, or several; the hint has the choices.
        NotUnderstoodError: Its query cannot be followed, or pages cannot be made safe.
        ConflictError: It has pages of another kind.
    """
    _require_bounds(request)
    root = find_root(target)
    with at_work(root, mode) as told:
        draft = Draft(root)
        ours = named_resource(request.target, draft)
        if ours is not None:
            return _add_pages(target, mode, request, ours, draft, told)
        profile = read_app(root, target)
        from fastarch.discover.paging import find_operation, is_paged, read_collection

        found, operation, labels = find_operation(root, request.target, target.entry)
        ours = resource_of(operation, draft)
        if ours is not None:
            return _add_pages(target, mode, request, ours, draft, told)
        name = record_name(operation, draft)
        options = PageOptions(
            request.by,
            request.body or "list",
            request.limit,
            request.maximum,
            request.total,
            request.migration,
            request.tests,
        )
        if _is_there(draft, name, options) or is_paged(operation):
            summary = f"Nothing to do: {operation.label} has pages."
            return Report(COMMAND, "unchanged", notices=told, summary=summary)
        by_offset = request.by == "offset"
        require_served(profile)
        collection = read_collection(found, operation, labels, profile, by_offset=by_offset)
        role = "pages_async" if collection.is_async else "pages"
        earlier = next((one.paths[role] for one in state.records(draft) if role in one.paths), None)
        parts = plan_pagination(
            collection, profile, options, name, draft.read, draft.exists, earlier, datetime.now(UTC)
        )
        drafted, notices = carry.draft(parts, draft, profile.formatting)
        revisions = tuple(
            path for part in parts if part.kind == "migration" for path in carry.written(part)
        )
        report = Report(
            COMMAND,
            "planned",
            notices=(*told, *notices),
            next_steps=tuple(next_steps(profile, new_tests(parts), migrated=bool(revisions))),
            summary=f"{operation.label}: {carry.count(draft)}.",
        )
        carry.keep_books(
            parts,
            drafted,
            draft,
            f"{COMMAND} {operation.label}",
            options={},
            specs={},
            source=None,
            revisions=revisions,
        )
        prove = carry.proof(profile, draft, mode, changed=labels)
        return carry.finish(draft, report, mode, prove)


def _add_pages(
    target: Target,
    mode: Mode,
    request: Request,
    record: Record,
    draft: Draft,
    told: tuple[str, ...],
) -> Report:
    """Pages of a resource that fastarch made come about by its templates, not by edits."""
    from fastarch.discover.discovery import read
    from fastarch.workflow.scaffolded_pages import add_pages

    reading = read(draft.root, entry=target.entry, layout=target.layout)
    return add_pages(target, mode, request, record, reading, draft, told)


def _require_bounds(request: Request) -> None:
    for name, value in (("--limit", request.limit), ("--max", request.maximum)):
        if value is not None and value < 1:
            raise UsageError(Problem(f"{name} is {value}.", hint="one row or more"))
    limit, maximum = request.limit, request.maximum
    if limit is not None and maximum is not None and limit > maximum:
        raise UsageError(Problem(f"--limit {limit} is more than --max {maximum}."))
    if limit is not None and maximum is None and limit > MAXIMUM:
        hint = f"say --max {limit}, too"
        raise UsageError(Problem(f"--limit {limit} is more than a page may have.", hint=hint))


def require_served(profile: AppProfile) -> None:
    """Refuse an ORM whose queries cannot be changed."""
    if profile.orm.kind not in {"sqlalchemy", "sqlmodel"}:
        raise NotUnderstoodError(
            Problem(
                f"This changes queries of SQLAlchemy and SQLModel; found: {profile.orm.kind}"
                f" ({profile.orm.why}).",
                file=profile.orm.at.file if profile.orm.at else None,
                line=profile.orm.at.line if profile.orm.at else None,
            )
        )


def named_resource(target: str, draft: Draft) -> Record | None:
    """The resource of fastarch's that a target means by its name."""
    from fastarch.spec.names import parse_name

    try:
        wanted = parse_name(target)
    except UsageError:
        return None
    known = (state.load(draft, "resource", name) for name in (wanted.many, wanted.one, target))
    return next((one for one in known if one and not one.options.get("adopted")), None)


def resource_of(operation: Operation, draft: Draft) -> Record | None:
    """The resource of fastarch's whose list an operation is."""
    file = operation.module.file
    for record in state.records(draft):
        if record.kind == "resource" and record.paths.get("router") == file in record.files:
            return None if record.options.get("adopted") else record
    return None


def _is_there(draft: Draft, name: str, options: PageOptions) -> bool:
    """Whether the very pages are there.

    Raises:
        ConflictError: Others are.
    """
    record = state.load(draft, "feature", name)
    if record is None:
        return False
    asked: dict[str, Any] = {
        "by": options.by,
        "body": options.body,
        "limit": options.limit,
        "max": options.maximum,
        "total": options.total,
    }
    made = {key: value for key, value in record.options.items() if key != "operation"}
    if made == asked:
        return True
    was = ", ".join(f"{key} {value}" for key, value in made.items() if value)
    hint = "take those back first: fastarch undo"
    raise ConflictError(Problem(f"It has pages of another kind: {was}.", hint=hint))


def record_name(operation: Operation, draft: Draft, feature: str = "pagination") -> str:
    """The name of the feature's record; one of another operation may have the plain one."""
    words = re.findall(r"[A-Za-z0-9]+", operation.path) or operation.node.name.split("_")
    plain = f"{feature}-{'-'.join(words).lower()}"
    record = state.load(draft, "feature", plain)
    if record is None or record.options.get("operation") == operation.label:
        return plain
    return f"{plain}-{operation.node.name.replace('_', '-')}"


def new_tests(parts: Iterable[Part]) -> Iterator[str]:
    """The new files of tests."""
    for path in (path for part in parts for path in carry.written(part)):
        if PurePosixPath(path).name.startswith("test_"):
            yield path
