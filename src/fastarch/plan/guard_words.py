"""Words of templates that ask who is signed in, and work on that user's rows alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fastarch.discover.profile import AppProfile
    from fastarch.discover.symbols import Expression, Import
    from fastarch.plan.vocabulary import Target
    from fastarch.spec.resource import Guard, Resource

_DOCUMENTED = "UNAUTHORIZED"
_ENDPOINTS = ("data", "query", "request", "response", "page", "items")
_PYTHON = {"int": "int", "uuid": "UUID", "str": "str"}


def guard_words(
    resource: Resource,
    profile: AppProfile,
    targets: Mapping[str, Target],
    shared: Mapping[str, Any],
) -> dict[str, Any]:
    """The words; the parameters of layers are empty where rows belong to nobody."""
    guard, owner = resource.guard, resource.owner
    words: dict[str, Any] = {
        "guard": guard,
        "owner": None,
        # It may ask the database for a user where there is no token.
        "looks_up": guard is not None and guard.user is not None and not guard.challenges,
        "parameters": shared["session_parameter"],
        "owner_first": "",
        "owner_parameter": "",
        "owner_passed": "",
        "owner_sent": "",
        "owner_value": "",
        "delete_parameter": "",
        "delete_passed": "",
        "owned": "",
        "owned_refs": [],
    }
    if guard is None or owner is None:
        return words
    # `authors` that belong to an `author` have both ids.
    name = owner.column if owner.column != shared["id_arg"] else f"own_{owner.column}"
    kind = _PYTHON[targets[owner.name].id_type]
    parameter = _parameter(guard, shared)
    user = f"{parameter}.{guard.user_id}"
    condition = f"{_column(profile, shared['model'], owner.column)} == {name}"
    return words | {
        "owner": SimpleNamespace(
            column=owner.column, name=name, type=kind, condition=condition, filter=owner.filter
        ),
        "parameters": _parameters(parameter, guard, profile, shared["session_parameter"]),
        "owner_first": f"{name}: {kind}",
        "owner_parameter": f", {name}: {kind}",
        "owner_passed": f", {name}",
        "owner_sent": f", {user}" if guard.plain_id else f', cast("{kind}", {user})',
        "owner_value": f", {owner.column}={name}",
        # A row that is only marked as deleted is at hand.
        "delete_parameter": "" if resource.soft_delete else f", {name}: {kind}",
        "delete_passed": "" if resource.soft_delete else f", {name}",
        "owned": f".where({condition})",
        "owned_refs": list(_owned_refs(resource, profile, targets, name)),
    }


def owned_m2m(profile: AppProfile, target: Target, shared: Mapping[str, Any]) -> dict[str, str]:
    """Words for the other side of an m2m: its rows must belong to the same user, if to any."""
    if target.owner is None or shared["owner"] is None:
        return {"owned": "", "parameter": "", "passed": "", "owner": ""}
    return {
        "owner": target.owner,
        "owned": _owned(profile, target, shared["owner"].name),
        "parameter": shared["owner_parameter"],
        "passed": shared["owner_passed"],
    }


def _owned(profile: AppProfile, target: Target, name: str) -> str:
    return f".where({_column(profile, target.model, target.owner or '')} == {name})"


def _owned_refs(
    resource: Resource, profile: AppProfile, targets: Mapping[str, Target], name: str
) -> Iterator[dict[str, Any]]:
    """References to rows that belong to users, too."""
    for relation in resource.relations:
        target = targets[relation.name]
        if relation.kind == "m2m" or relation.readonly or target.owner is None:
            continue
        if relation.name == resource.scope:
            continue
        yield {
            "attribute": relation.name,
            "human": relation.name.replace("_", " "),
            "column": relation.column,
            "finder": f"{relation.name}_exists",
            "model": target.model,
            "self_reference": target.self_reference,
            "id_column": _column(profile, target.model, target.id_name),
            "id_type": _PYTHON[target.id_type],
            "null": relation.null,
            "owned": _owned(profile, target, name),
            "owner": target.owner,
        }


def _column(profile: AppProfile, model: str, attribute: str) -> str:
    plain = f"{model}.{attribute}"
    return f"col({plain})" if profile.orm.kind == "sqlmodel" else plain


def _parameter(guard: Guard, shared: Mapping[str, Any]) -> str:
    """What endpoints call whoever is signed in, unless they call something else so."""
    taken = {shared["one"], shared["id_arg"], shared["session"], *_ENDPOINTS}
    return "signed_in" if guard.parameter in taken else guard.parameter


def _parameters(parameter: str, guard: Guard, profile: AppProfile, session_parameter: str) -> str:
    """The session and whoever is signed in, those with a default last."""
    session = profile.session
    plain = session is not None and session.style == "depends" and not session.annotated
    if guard.alias is not None:
        user = f"{parameter}: {guard.alias}"
    elif plain:
        user = f"{parameter}: {guard.user} = Depends({guard.name})"
    else:
        user = f"{parameter}: Annotated[{guard.user}, Depends({guard.name})]"
    both = [session_parameter, user]
    return ", ".join(sorted(both, key=lambda each: " = Depends(" in each))


def router_arguments(resource: Resource, profile: AppProfile) -> list[tuple[str, str]]:
    """What every router says alike, and the resource's own guard.

    The endpoints of rows that belong to users ask for the user themselves; an include may ask
    for all of its routers.
    """
    said = {name: value.source for name, value in profile.style.router_arguments}
    guard = resource.guard
    if guard is None:
        if said.get("responses") == _DOCUMENTED and "dependencies" not in said:
            del said["responses"]  # the siblings' endpoints ask for the user themselves
        return list(said.items())
    if resource.scope is None and not _is_asked_for(guard, profile):
        depends = f"Depends({guard.name})"
        said["dependencies"] = _with_item(said.get("dependencies"), depends)
    responses = said.get("responses", _DOCUMENTED)
    said["responses"] = (
        responses if _DOCUMENTED in responses else f"{{**{responses}, **{_DOCUMENTED}}}"
    )
    return list(said.items())


def overrides(resource: Resource, profile: AppProfile) -> list[str]:
    """Dependencies that tests switch off, as the app writes them; not the resource's own guard."""
    own = None if resource.guard is None else _full_name(resource.guard)
    found = (
        source for each in _said(profile) for source, name in dependencies(each) if name != own
    )
    return list(dict.fromkeys(found))


def dependencies(said: Expression) -> Iterator[tuple[str, str]]:
    """The dependencies in ``[Depends(deps.signed_in)]``: as written, and by full name."""
    try:
        tree = ast.parse(said.source, mode="eval")
    except SyntaxError:
        return
    known = dict(map(_bound, said.imports))
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and node.args):
            continue
        if ast.unparse(node.func).rpartition(".")[2] not in {"Depends", "Security"}:
            continue
        if isinstance(node.args[0], ast.Name | ast.Attribute):
            source = ast.unparse(node.args[0])
            head, dot, rest = source.partition(".")
            yield source, f"{known.get(head, head)}{dot}{rest}"


def _bound(each: Import) -> tuple[str, str]:
    """The name that an import binds, and what it stands for."""
    if each.name is None:
        top = each.module.partition(".")[0]
        return (each.alias, each.module) if each.alias else (top, top)
    return each.alias or each.name, f"{each.module}.{each.name}"


def _said(profile: AppProfile) -> Iterator[Expression]:
    """What routers and their includes say alike."""
    yield from (value for _, value in profile.style.router_arguments)
    if profile.router_site is not None:
        yield from (value for _, value in profile.router_site.arguments)


def _is_asked_for(guard: Guard, profile: AppProfile) -> bool:
    full = _full_name(guard)
    return any(name == full for each in _said(profile) for _, name in dependencies(each))


def _full_name(guard: Guard) -> str:
    return f"{guard.module}.{guard.name}"


def _with_item(items: str | None, item: str) -> str:
    if items is None:
        return f"[{item}]"
    inner = items[1:-1] if items.startswith("[") and items.endswith("]") else f"*{items}"
    return f"[{inner}, {item}]" if inner.strip() else f"[{item}]"


def guard_imports(resource: Resource) -> tuple[list[str], list[str]]:
    """What routers and tests import to know who is signed in; what is not used is dropped."""
    guard = resource.guard
    if guard is None:
        return [], []
    function = f"from {guard.module} import {guard.name.partition('.')[0]}"
    alias = [f"from {guard.alias_module} import {guard.alias}"] if guard.alias else []
    user = [f"from {guard.user_module} import {guard.user}"] if guard.user else []
    return [*alias, *user, function], [function, *user]
