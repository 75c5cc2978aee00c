"""Every word that a template of a resource may say, in the accent of the app."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fastarch.discover.profile import AppProfile, Role
from fastarch.plan.accent import (
    class_name,
    code_style,
    has_timestamps,
    id_type_of,
    table_name,
)
from fastarch.plan.columns import enum_class
from fastarch.plan.data_words import (
    by_module,
    enums,
    in_sqlmodel,
    model_part,
    schema_base,
    schema_part,
)
from fastarch.plan.guard_words import guard_words
from fastarch.plan.import_words import import_words
from fastarch.plan.literals import members, quoted
from fastarch.plan.page_words import page_words
from fastarch.plan.places import spell
from fastarch.plan.probes import probe_words
from fastarch.plan.router_words import router_part
from fastarch.plan.session_words import session_parameter
from fastarch.plan.steps import Home
from fastarch.plan.urls import in_openapi
from fastarch.records import dataclass
from fastarch.spec.names import Name
from fastarch.spec.resource import IdType, Resource

__all__ = [
    "Options",
    "Target",
    "class_name",
    "code_style",
    "has_timestamps",
    "id_type_of",
    "table_name",
    "words",
]


@dataclass(frozen=True, slots=True)
class Target:
    """What a relation refers to, resolved against the app and the plan.

    Args:
        name: The resource's name.
        model: Its class, and the module that defines it.
        back: The attribute that the other side has or gets.
        self_reference: It is the resource itself.
        scaffolded: It is made by the same plan.
        cyclic: Its module imports ours as well, so that ours must not import it at run time.
        file: Where a model that was there before is defined.
        owner: The column with the user to whom a row of it belongs.
        id_column: What the database calls the key, where that is not ``id_name``.
        id_sql: The type of the key in a migration, where it is the model's own.
    """

    name: Name
    model: str
    module: str
    table: str
    id_name: str = "id"
    id_type: str = "int"
    back: str | None = None
    self_reference: bool = False
    scaffolded: bool = False
    cyclic: bool = False
    file: str = ""
    owner: str | None = None
    id_column: str | None = None
    id_sql: str | None = None

    @property
    def key(self) -> str:
        """The column that foreign keys refer to."""
        return self.id_column or self.id_name


@dataclass(frozen=True, slots=True)
class Options:
    """What the planner has decided for one resource.

    Args:
        prefix: What the router says as its own prefix (``/products``).
        url: The full path of the collection as clients see it.
        id: Type of the primary key; None means as the app does it.
        timestamps: ``created_at`` and ``updated_at``; None means as the app does it.
    """

    prefix: str | None = None
    url: str | None = None
    id: IdType | None = None
    timestamps: bool | None = None


def with_article(noun: str) -> str:
    """A noun with its indefinite article, by sound: an order, an hour, a user, a union."""
    vowel = re.match(r"[aeiou]|hour|heir|honou?r", noun) is not None
    spoken_otherwise = re.match(r"eu|one\b|uni[toqv]|us[aeu]|ut[ei]", noun) is not None
    return f"{'an' if vowel and not spoken_otherwise else 'a'} {noun}"


def docstring(text: str | None) -> str:
    """A text as the inside of a docstring."""
    return " ".join((text or "").replace("\\", "\\\\").replace('"', '\\"').split())


def _with_set_owner(resource: Resource) -> Resource:
    """The owner is whoever is signed in: no client says it."""
    owner = resource.owner
    if owner is None or resource.guard is None:
        return resource
    fields = (replace(one, readonly=True) if one is owner else one for one in resource.fields)
    return replace(resource, fields=tuple(fields))


def words(
    resource: Resource,
    profile: AppProfile,
    homes: Mapping[Role, Home],
    targets: Mapping[str, Target],
    options: Options,
) -> dict[str, Any]:
    """The words of a resource's templates."""
    style, session = profile.style, profile.session
    assert session is not None and profile.orm.base is not None
    name = resource.name
    resource = _with_set_owner(resource)
    sqlmodel = profile.orm.kind == "sqlmodel"
    is_async = profile.orm.is_async
    new_python = profile.oldest_python >= (3, 11)
    model = class_name(resource, profile)
    id_type = {"int": "int", "uuid": "UUID", "str": "str"}[id_type_of(resource, profile, options)]
    one = name.one

    def optional(text: str) -> str:
        return f"{text} | None" if style.optional == "pipe" else f"Optional[{text}]"

    def union(*texts: str) -> str:
        return " | ".join(texts) if style.optional == "pipe" else f"Union[{', '.join(texts)}]"

    shared: dict[str, Any] = {
        "name": name,
        "one": one,
        "many": name.many,
        "human_title": name.human.capitalize(),
        "a_human": with_article(name.human),
        "doc": docstring(resource.doc) or f"{with_article(name.human).capitalize()}.",
        "model": model,
        "table": table_name(resource, profile),
        "documented": in_openapi(profile),
        "async_": "async " if is_async else "",
        "await_": "await " if is_async else "",
        "contextmanager": "asynccontextmanager" if is_async else "contextmanager",
        "iterator": "AsyncIterator" if is_async else "Iterator",
        "async_def": "async def" if is_async else "def",
        "session": session.parameter,
        "session_type": session.type.alias or session.type.name or "Session",
        "session_parameter": session_parameter(profile),
        "scalars": "exec" if sqlmodel else "scalars",
        "execute": "exec" if sqlmodel else "execute",
        "optional": optional,
        "union": union,
        "utc": "UTC" if new_python else "timezone.utc",
        "enum_base": "enum.StrEnum" if new_python else "str, enum.Enum",
        "int_max": 2**31 - 1,
        "responses_type": f"dict[{union('int', 'str')}, dict[str, Any]]",
        "json_type": union("dict[str, Any]", "list[Any]", "str", "float", "int", "bool"),
        "id": "id",
        "id_arg": f"{one}_id",
        "id_type": id_type,
        "id_alias": f"{name.One}Id",
        "soft_delete": resource.soft_delete,
        "commits": session.commits == "caller",
        "keep_values": session.commits == "caller" and session.expire_on_commit,
        "create_schema": spell(style.create_schema, name),
        "update_schema": spell(style.update_schema, name),
        "read_schema": spell(style.read_schema, name),
        "query_schema": f"{name.One}ListQuery",
        "repository": spell(style.repository_class, name),
        "service": spell(style.service_class, name),
        "router": spell(style.router_variable, name),
        "router_class": style.router_class.name if style.router_class else "APIRouter",
        "not_found": f"{name.One}NotFoundError",
        "conflict": f"{name.One}ConflictError",
        "invalid": f"{name.One}InvalidError",
        "errors": f"{one}_errors",
        "constants": {
            "bad_request": "BAD_REQUEST",
            "missing": f"{one.upper()}_NOT_FOUND",
            "conflict": f"{one.upper()}_CONFLICT",
        },
        "enums": [
            {
                "name": enum_class(name, f),
                "doc": f"The {f.name.replace('_', ' ')} of {with_article(name.human)}.",
                "members": [(m, quoted(v)) for m, v in members(f.choices)],
            }
            for f in enums(resource)
        ],
    }
    shared |= schema_base(profile, homes)
    shared |= page_words(resource, profile)
    shared |= guard_words(resource, profile, targets, shared)
    shared["flush_first"] = not shared["commits"] or shared["keep_values"]
    deed = (
        "Commit what is done within"
        if shared["commits"]
        else "Send what is done within to the database"
    )
    shared["save_doc"] = f"{deed}."
    shared |= model_part(resource, profile, targets, options, shared)
    shared |= schema_part(resource, profile, targets, options, shared)
    shared |= router_part(resource, profile, homes, options, shared)
    if shared["plain_base"] == "SQLModel":
        in_sqlmodel(shared)
    if {field_.name for field_ in resource.fields} & {"date", "time", "datetime"}:
        by_module(shared)
    shared["targets"] = targets
    shared["relations"] = resource.relations
    shared |= probe_words(resource, profile, shared)
    shared["imports"] = import_words(resource, profile, homes, targets, shared)
    return shared
