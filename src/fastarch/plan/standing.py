"""Plan resources that are there once more: the code that they would have today, in its places."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from fastarch.plan import assemble
from fastarch.plan.cycles import without_cycles
from fastarch.plan.files import Files, Project
from fastarch.plan.guard import require_owner
from fastarch.plan.parts import Part
from fastarch.plan.places import ROLES, module_name
from fastarch.plan.planner import with_own_names
from fastarch.plan.resource_part import Pieces, resource_part
from fastarch.plan.steps import EditFile, Home, Tell, WriteFile
from fastarch.plan.support import SUPPORT, support_homes
from fastarch.plan.targets import dependency_order, resolve
from fastarch.records import dataclass
from fastarch.wire.append_definitions import AppendDefinitions

if TYPE_CHECKING:
    from fastarch.discover.profile import AppProfile, Role
    from fastarch.plan.vocabulary import Target
    from fastarch.spec.resource import Resource


@dataclass(frozen=True, slots=True)
class Standing:
    """The code of a resource that is there.

    Args:
        paths: By role, the file that holds it.
        shared: Files among them that others use too.
        bases: By role, the text that was generated last.
    """

    paths: Mapping[str, str]
    shared: frozenset[str]
    bases: Mapping[str, str]


def plan_again(
    profile: AppProfile,
    resources: Iterable[Resource],
    standing: Mapping[str, Standing],
    project: Project,
    owners: Mapping[str, str] = MappingProxyType({}),
) -> tuple[Part, ...]:
    """The parts of resources as they would be made today, where their code lies.

    Args:
        resources: As settled when they were made.
        standing: By resource.
        project: The files as they are.
        owners: By the name of another resource, the column with the user to whom a row belongs.

    Raises:
        UsageError: a relation refers to what is not there.
        NotUnderstoodError: there is no safe place to edit.
    """
    profile = with_own_names(without_cycles(profile))
    ordered = dependency_order(resources)
    placed = {one.name.many: _homes(profile, standing[one.name.many]) for one in ordered}
    shared = {role: path for one in standing.values() for role, path in one.paths.items()}
    shared = {role: path for role, path in shared.items() if role in SUPPORT}
    targets = resolve(ordered, profile, placed, owners)
    parts = []
    for resource in ordered:
        name = resource.name.many
        require_owner(resource, targets[name])
        there, own = standing[name], placed[name]
        files = Files(project, own=_own_names(there))
        own |= support_homes(profile, own, shared | _support(there), project.exists, files.names)
        said = {
            relation: _acyclic(target, own["model"], profile, project)
            for relation, target in targets[name].items()
        }
        parts.append(resource_part(resource, own, said, profile, _pieces(there), files))
    return tuple(parts)


@dataclass(frozen=True, slots=True)
class Code:
    """A piece of code, and the step that would make it where there is none."""

    text: str
    step: WriteFile | EditFile


def code(part: Part) -> dict[str, Code]:
    """The code of a part by role."""
    found: dict[str, Code] = {}
    for step in part.steps:
        match step:
            case WriteFile(_, text, role) if role is not None:
                found[role] = Code(text, step)
            case EditFile(_, AppendDefinitions(source=text), role) if role is not None:
                found[role] = Code(text, step)
            case _:
                pass
    return found


def edits(part: Part) -> tuple[EditFile, ...]:
    """The edits by which the app knows a part, its code aside."""
    return tuple(
        step
        for step in part.steps
        if isinstance(step, EditFile) and not isinstance(step.edit, AppendDefinitions)
    )


def tells(part: Part) -> tuple[str, ...]:
    """What a part has to tell."""
    return tuple(step.notice for step in part.steps if isinstance(step, Tell))


def _homes(profile: AppProfile, there: Standing) -> dict[Role, Home]:
    placed: dict[Role, Home] = {}
    for role in ROLES:
        path = there.paths[role]
        module = "" if role == "test" else module_name(profile.import_root, path)
        placed[role] = Home(path, module, shared=path in there.shared)
    return placed


def _support(there: Standing) -> dict[str, str]:
    return {role: path for role, path in there.paths.items() if role in SUPPORT}


def _own_names(there: Standing) -> dict[str, frozenset[str]]:
    """By path, the names that are there because of the resource."""
    found: dict[str, frozenset[str]] = {}
    for role, text in there.bases.items():
        path = there.paths[role]
        found[path] = found.get(path, frozenset()) | assemble.names(text)
    return found


def _pieces(there: Standing) -> Pieces:
    """The texts that it was made as: one that had a text of its own has it again."""
    made = {path: [r for r in there.bases if there.paths[r] == path] for path in there.shared}
    return Pieces(
        tuple(role for role in ROLES if role != "test" or role in there.bases),
        apart=("model",) if _is_apart(made.get(there.paths["model"], [])) else (),
        # Other resources may use what this one has brought.
        keep={role: assemble.names(there.bases[role]) for role in SUPPORT if role in there.bases},
    )


def _is_apart(roles: list[str]) -> bool:
    own = [role for role in roles if role not in SUPPORT]
    return "model" in own and (len(own) > 1)


def _acyclic(target: Target, home: Home, profile: AppProfile, project: Project) -> Target:
    """A target whose module imports ours is not imported at run time."""
    if target.self_reference or target.cyclic or target.module == home.module:
        return target
    files = {model.symbol.module: model.symbol.at.file for model in profile.orm.models}
    waiting, seen = [target.module], {target.module}
    while waiting:
        module = waiting.pop()
        content = project.read(files[module]) if module in files else None
        for name in _imported(content or b"", module):
            if name == home.module:
                return replace(target, cyclic=True)
            if name in files and name not in seen:
                seen.add(name)
                waiting.append(name)
    return target


def _imported(content: bytes, module: str) -> Iterator[str]:
    """The modules that a module imports at its top level, those for type checkers aside."""
    try:
        tree = ast.parse(content)
    except (SyntaxError, ValueError):
        return
    for node in tree.body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = module.split(".")[: -node.level] if node.level else []
            base = ".".join([*package, *([node.module] if node.module else [])])
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)
