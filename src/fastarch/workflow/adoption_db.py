"""``fastarch adopt --from-db``: the table is read in a database, with the project's SQLAlchemy."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from fastarch.change import history
from fastarch.change.draft import Draft
from fastarch.errors import ConflictError, Problem, UsageError
from fastarch.report import Report
from fastarch.spec.dump import dump
from fastarch.workflow import adoption, carry
from fastarch.workflow.adopted_names import Names
from fastarch.workflow.session import Mode, Target, at_work

if TYPE_CHECKING:
    from fastarch.discover.adoption import Other
    from fastarch.discover.discovery import Reading
    from fastarch.discover.table import TableFacts
    from fastarch.spec.names import Name


def adopt_table(root: Path, target: Target, mode: Mode, asked: adoption.Asked) -> Report:
    """Adopt the model of a table; where the app has none, write its spec to a file.

    Raises:
        UsageError: the URL or the table is none.
        NotUnderstoodError: the database cannot be read.
        ConflictError: there is another file where the spec is to go.
    """
    from fastarch.discover.reflected import disagreements, reflected
    from fastarch.verify.interpreter import find_interpreter
    from fastarch.verify.reflection import reflect_table

    assert asked.database is not None
    with at_work(root, mode) as told:
        draft = Draft(root)
        reading = adoption.read(root, target)
        python = find_interpreter(root, reading.profile.import_root, mode.python)
        answer = reflect_table(asked.database, asked.table, python, Path.cwd())
        facts = reflected(answer)
        entity = next((e for e in reading.models.entities if e.model.table == facts.table), None)
        if entity is None:
            report = _written(reading, facts, answer["targets"], draft, asked.to)
        elif asked.to is not None:
            at = entity.definition.place
            message = f"The app has a model of {facts.table}, {entity.definition.name}."
            hint = "leave --to out: the model is adopted"
            raise UsageError(Problem(message, at.file, at.line, hint=hint))
        else:
            from fastarch.discover.model_table import model_table

            own = model_table(reading.index, entity, reading.profile.orm.models)
            report = adoption.adopt_entity(reading, entity, draft, target)
            differing = tuple(disagreements(own, facts))
            report = replace(report, notices=(*report.notices, *differing))
        return carry.finish(draft, replace(report, notices=(*told, *report.notices)), mode)


def _written(
    reading: Reading,
    facts: TableFacts,
    targets: dict[str, list[str]],
    draft: Draft,
    to: str | None,
) -> Report:
    from fastarch.discover.adoption import Seen
    from fastarch.discover.adoption import adopt_table as adopt
    from fastarch.spec.names import parse_name

    name = parse_name(facts.table)
    found = adopt(facts, name, _others(reading, facts.table, name, targets, draft), Seen())
    notices = list(found.notices)
    if found.id_name != "id":
        notices.append(
            "What is made from the spec will look for a column `id`:"
            f" the table has `{found.id_name}`."
        )
    if found.id_type == "str":
        notices.append(
            f"The key `{found.id_name}` is a text, which no spec asks for:"
            " what is made from it has a key as the app's others have."
        )
    path = f"{name.many}.yaml" if to is None else _path(draft.root, to)
    text = dump(found.resource).encode()
    there = draft.read(path)
    if there == text:
        summary = f"Nothing to do: {path} is there as the database is."
        return Report(adoption.COMMAND, "unchanged", summary=summary)
    if there is not None:
        hint = "--to names another file; or take this one away first"
        raise ConflictError(Problem("There is a file already.", path, hint=hint))
    draft.write(path, text)
    history.remember(draft, f"{adoption.COMMAND} table {facts.table}")
    return Report(
        adoption.COMMAND,
        "planned",
        notices=tuple(notices),
        next_steps=(f"fastarch new resource --spec {_shown(draft.root / path)} --no-migration",),
        summary=f"The app has no model of {facts.table}: what the table is stands in {path}.",
    )


def _others(
    reading: Reading, own: str, name: Name, targets: dict[str, list[str]], draft: Draft
) -> Callable[[str], Other | None]:
    """The resources that a table refers to, with their keys as the database has them.

    Args:
        reading: The app.
        own: The table, which may refer to itself.
        name: The table's resource.
        targets: The key's columns, by table.
        draft: Where the records are.
    """
    names = Names(reading, draft)

    def other(table: str) -> Other | None:
        found = names.other(table)
        keys = targets.get(table, [])
        if found is not None and found.id_name is None and len(keys) == 1:
            found = replace(found, id_name=keys[0])
        return replace(found, name=name, known=True) if found and table == own else found

    return other


def _path(root: Path, to: str) -> str:
    """A path from the root, of one that was typed in the working directory.

    Raises:
        UsageError: it lies outside of the project.
    """
    full = Path(to).resolve()
    if not full.is_relative_to(root):
        raise UsageError(Problem("--to: the file lies outside of the project.", file=to))
    return full.relative_to(root).as_posix()


def _shown(path: Path) -> str:
    """A path as it is typed in the working directory."""
    return Path(os.path.relpath(path, Path.cwd())).as_posix()
