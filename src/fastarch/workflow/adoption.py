"""``fastarch adopt``: a model that somebody has written becomes a resource that fastarch knows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastarch.change import history, state
from fastarch.change.draft import Draft
from fastarch.errors import ConflictError, Problem, UsageError
from fastarch.records import dataclass
from fastarch.report import Report
from fastarch.spec.dump import dump
from fastarch.workflow import carry
from fastarch.workflow.adopted_names import Names, carried_out, place_of
from fastarch.workflow.session import Mode, Target, at_work, find_root

if TYPE_CHECKING:
    from fastarch.discover.adoption import Adoption
    from fastarch.discover.bases import Entity
    from fastarch.discover.discovery import Reading
    from fastarch.discover.links import Links
    from fastarch.spec.names import Name
    from fastarch.spec.resource import Resource

COMMAND = "adopt"


@dataclass(frozen=True, slots=True)
class Found:
    """A model as the resource that it is, and where its code lies."""

    entity: Entity
    adoption: Adoption
    links: Links

    @property
    def place(self) -> str:
        """``FILE:CLASS``."""
        return place_of(self.entity.model)


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for, as typed.

    Args:
        model: ``FILE:CLASS``, ``FILE``, a class or a table.
        database: The URL of a database to read the table in.
        table: The table there.
        to: Where the spec of a table without a model goes.
    """

    model: str | None
    database: str | None = None
    table: str | None = None
    to: str | None = None


def adopt(target: Target, mode: Mode, asked: Asked) -> Report:
    """Remember a hand-written model as a resource. No line of code is touched.

    Raises:
        UsageError: neither a model nor a database is named, or both are.
    """
    from fastarch.discover.named_models import named_model

    root = find_root(target)
    if asked.database is not None:
        if asked.model is not None:
            hint = "leave one of them out; the table is named with --table"
            raise UsageError(Problem("A model is named, and a database with --from-db.", hint=hint))
        from fastarch.workflow.adoption_db import adopt_table

        return adopt_table(root, target, mode, asked)
    unused = [option for option, value in (("--table", asked.table), ("--to", asked.to)) if value]
    if unused:
        raise UsageError(Problem(f"{unused[0]} goes with --from-db."))
    if asked.model is None:
        hint = "fastarch adopt app/models/user.py:User"
        raise UsageError(Problem("There is no model named.", hint=hint))
    with at_work(root, mode) as told:
        draft = Draft(root)
        reading = read(root, target)
        entity = named_model(reading, asked.model, Path.cwd())
        report = adopt_entity(reading, entity, draft, target)
        return carry.finish(draft, replace(report, notices=(*told, *report.notices)), mode)


def read(root: Path, target: Target) -> Reading:
    """The app's facts, and what they were read from."""
    from fastarch.discover.discovery import read as read_app

    return read_app(root, entry=target.entry, layout=target.layout)


def adopt_entity(reading: Reading, entity: Entity, draft: Draft, target: Target) -> Report:
    """Draft the record of a model.

    Raises:
        ConflictError: fastarch has made it, or another model has its name.
    """
    found = find(reading, entity, draft)
    name = found.adoption.resource.name.many
    before = state.load(draft, "resource", name)
    _require_adoptable(found, name, before)
    resource, spec, told = _settled(found.adoption.resource, before, draft)
    options: dict[str, Any] = {
        "adopted": True,
        "model": found.place,
        "schemas": dict(found.links.schemas),
        "router": found.links.router,
        "spec": dump(resource),
        "id": found.adoption.id_type,
        "id_name": found.adoption.id_name,
        "timestamps": resource.timestamps,
    }
    if target.entry is not None:
        options["entry"] = target.entry
    paths: dict[str, str] = {"model": found.entity.definition.module.file}
    paths.update((role, path) for role, path in found.links.paths.items())
    record = state.Record("resource", name, options, paths=paths)
    state.save(draft, record, spec=spec)
    history.remember(draft, f"{COMMAND} {name}")
    if not draft.changes():
        summary = f"Nothing to do: {name} is adopted as {found.place} is."
        return Report(COMMAND, "unchanged", notices=(), summary=summary)
    verb = "adopted" if before is None else "adopted anew"
    return Report(
        COMMAND,
        "planned",
        notices=(*found.adoption.notices, *told, *_unreached(reading, entity)),
        summary=f"{name} is {verb} from {found.place}: {_counted(resource)}{_linked(found)}."
        f" Its spec: {record.spec_path}",
    )


def find(reading: Reading, entity: Entity, draft: Draft) -> Found:
    """What a model is as a resource, with the code around it.

    Raises:
        NotUnderstoodError: it has no name, or no key, that a resource can have.
    """
    from fastarch.discover.adoption import adopt_table
    from fastarch.discover.links import find_links
    from fastarch.discover.model_table import model_table

    names = Names(reading, draft)
    name = names.of(entity.model)
    links = find_links(reading, entity, name, *_spelled(reading, name))
    facts = model_table(reading.index, entity, reading.profile.orm.models)
    return Found(entity, adopt_table(facts, name, names.other, names.seen(name, links)), links)


def _unreached(reading: Reading, entity: Entity) -> Iterator[str]:
    if entity.model not in reading.profile.orm.models:
        yield (
            f"The app does not import {place_of(entity.model)}: references to it will not find it."
        )


def _require_adoptable(found: Found, name: str, before: state.Record | None) -> None:
    if before is None:
        return
    at = found.entity.definition.place
    if not before.options.get("adopted"):
        message = f"fastarch has made {name} itself: there is nothing to adopt."
        raise ConflictError(Problem(message, at.file, at.line, hint=f"see {before.spec_path}"))
    if before.options.get("model") != found.place:
        message = f"{name} is adopted from {before.options.get('model')} already."
        hint = f"where the model has moved, first: fastarch remove resource {name}"
        raise ConflictError(Problem(message, at.file, at.line, hint=hint))


def refresh(found: Resource, kept: Resource) -> tuple[Resource, tuple[str, ...]]:
    """A resource as it is found, with what only its spec says; and what of that does not fit."""
    from fastarch.discover.admitted import admitted
    from fastarch.spec.refresh import refreshed

    resource = refreshed(found, kept)
    pairs = [admitted(field) for field in resource.fields]
    fields = tuple(field for field, _ in pairs if field is not None)
    return replace(resource, fields=fields), tuple(f"{one}." for _, told in pairs for one in told)


def _settled(
    found: Resource, before: state.Record | None, draft: Draft
) -> tuple[Resource, bytes, tuple[str, ...]]:
    """The resource with what its spec says so far, the spec's text, and what is lost."""
    from fastarch.spec.read import read_text

    path = state.Record("resource", found.name.many).spec_path
    text = draft.read(path)  # one that was edited outlives an undo
    if text is not None:
        (living,) = read_text(text.decode(), path)
    elif before is not None:
        living = carried_out(before)
    else:
        return found, dump(found).encode(), ()
    resource, told = refresh(found, living)
    names = {field.name for field in resource.fields}
    gone = [field.name for field in living.fields if field.name not in names]
    told += tuple(f"`{one}` is not in the model: it is taken out of {path}." for one in gone)
    if living.name != resource.name:
        told += (f"The name stays {resource.name.many}, which {path} has called otherwise.",)
    # The user's own text stays, comments included, where it says the same.
    same = text is not None and resource == living
    return resource, text if same and text is not None else dump(resource).encode(), told


def _spelled(reading: Reading, name: Name) -> tuple[dict[Any, str], dict[Any, str]]:
    """What the app would call the schemas, and where it would keep the code."""
    from fastarch.plan.places import spell

    style, layout = reading.profile.style, reading.profile.layout
    schemas = {
        "create": style.create_schema,
        "update": style.update_schema,
        "read": style.read_schema,
    }
    homes = {role: spell(path, name) for role, path in layout.paths.items()}
    return {purpose: spell(text, name) for purpose, text in schemas.items()}, homes


def _counted(resource: Resource) -> str:
    fields, relations = len(resource.columns), len(resource.relations)
    told = f"{fields} field{'' if fields == 1 else 's'}"
    return f"{told}, {relations} relation{'' if relations == 1 else 's'}" if relations else told


def _linked(found: Found) -> str:
    parts = [*found.links.schemas.values()]
    names = [part.rpartition(":")[2] for part in parts]
    if found.links.router:
        names.append(f"the router {found.links.router}")
    return f", with {', '.join(names)}" if names else ""
