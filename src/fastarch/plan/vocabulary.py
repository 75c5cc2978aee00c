"""Every word that a template of a resource may say, in the accent of the app."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

from fastarch.discover.profile import AppProfile, Import, Role
from fastarch.plan import model_words, relations, schema_words
from fastarch.plan.columns import enum_class
from fastarch.plan.filters import comparisons, filters, search_condition
from fastarch.plan.literals import members, quoted
from fastarch.plan.probes import probe_words
from fastarch.plan.steps import Home
from fastarch.spec.names import Name
from fastarch.spec.resource import Field, IdType, Relation, Resource

ORDERED = ("model", "schema", "repository", "service", "router", "test")


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


@dataclass(frozen=True, slots=True)
class Incoming:
    """Another resource of the same plan that refers to this one and wants an attribute here.

    Args:
        attribute: The name of the attribute here (``products``).
        model: The class that refers, and the module that defines it.
        relation: Its attribute that refers here (``owner``).
        via: The association table of an m2m, as ``module:variable``; None for a ref.
    """

    attribute: str
    model: str
    module: str
    relation: str
    kind: str = "ref"
    via: str | None = None


@dataclass(frozen=True, slots=True)
class Options:
    """What the planner has decided for one resource.

    Args:
        prefix: The path of the collection below the site's prefix (``/products``).
        id: Type of the primary key; None means as the app does it.
        timestamps: ``created_at`` and ``updated_at``; None means as the app does it.
        incoming: Attributes that others in the same plan want on this model.
        present: By role, names that the home's module defines already; helpers among them are left out.
    """

    prefix: str | None = None
    id: IdType | None = None
    timestamps: bool | None = None
    incoming: tuple[Incoming, ...] = ()
    present: Mapping[Role, frozenset[str]] = field(default_factory=dict)


def class_name(resource: Resource, profile: AppProfile) -> str:
    """The model's class."""
    return spell(profile.style.model_class, resource.name)


def table_name(resource: Resource, profile: AppProfile) -> str:
    """The table."""
    return resource.table or spell(profile.style.table, resource.name)


def prefix_of(resource: Resource, options: Options) -> str:
    """The path of the collection below the site's prefix."""
    return options.prefix or resource.prefix or f"/{resource.name.slug}"


def id_type_of(resource: Resource, profile: AppProfile, options: Options) -> str:
    """``int`` or ``uuid``."""
    base = profile.orm.base
    if base is not None and "id" in base.provides and base.id_type is not None:
        return base.id_type
    return options.id or resource.id or profile.id or "int"


def has_timestamps(resource: Resource, profile: AppProfile, options: Options) -> bool:
    """Whether the resource has ``created_at`` and ``updated_at``."""
    asked = options.timestamps if options.timestamps is not None else resource.timestamps
    base = profile.orm.base
    provided = base is not None and "created_at" in base.provides
    if asked is None:
        with_them = [model for model in profile.orm.models if model.timestamps]
        return provided or len(with_them) * 2 > len(profile.orm.models) > 0
    return asked or provided


def spell(pattern: str, name: Name) -> str:
    """Fill a pattern such as ``{One}Create``."""
    return pattern.format(
        one=name.one, many=name.many, One=name.One, Many=name.Many, slug=name.slug,
        human=name.human, humans=name.humans,
    )  # fmt: skip


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
    sqlmodel = profile.orm.kind == "sqlmodel"
    is_async = profile.orm.is_async
    functions = style.service == "functions"
    new_python = floor(profile) >= (3, 11)
    model = class_name(resource, profile)
    id_type = {"int": "int", "uuid": "UUID"}[id_type_of(resource, profile, options)]
    one = name.one

    def optional(text: str) -> str:
        return f"{text} | None" if style.optional == "pipe" else f"Optional[{text}]"

    shared: dict[str, Any] = {
        "name": name,
        "one": one,
        "many": name.many,
        "human_title": name.human.capitalize(),
        "doc": resource.doc or f"{'An' if name.human[0] in 'aeiou' else 'A'} {name.human}.",
        "model": model,
        "table": table_name(resource, profile),
        "async_": "async " if is_async else "",
        "await_": "await " if is_async else "",
        "contextmanager": "asynccontextmanager" if is_async else "contextmanager",
        "iterator": "AsyncIterator" if is_async else "Iterator",
        "async_def": "async def" if is_async or style.async_endpoints else "def",
        "session": session.parameter,
        "session_type": session.type.alias or session.type.name or "Session",
        "session_parameter": _session_parameter(profile),
        "scalars": "exec" if sqlmodel else "scalars",
        "execute": "exec" if sqlmodel else "execute",
        "optional": optional,
        "utc": "UTC" if new_python else "timezone.utc",
        "enum_base": "enum.StrEnum" if new_python else "str, enum.Enum",
        "int_max": 2**31 - 1,
        "json_type": " | ".join(("dict[str, Any]", "list[Any]", "str", "float", "int", "bool"))
        if style.optional == "pipe"
        else "Union[dict[str, Any], list[Any], str, float, int, bool]",
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
        "schema_base": _schema_base(profile),
        "repository": spell(style.repository_class, name),
        "service": spell(style.service_class, name),
        "router": spell(style.router_variable, name),
        "router_class": style.router_class.name if style.router_class else "APIRouter",
        "not_found": f"{name.One}NotFoundError",
        "conflict": f"{name.One}ConflictError",
        "invalid": f"{name.One}InvalidError",
        "errors": f"{one}_errors",
        "constants": {"bad_request": "BAD_REQUEST", "missing": f"{one.upper()}_NOT_FOUND", "conflict": f"{one.upper()}_CONFLICT"},
        "enums": [
            {"name": enum_class(name, f), "doc": f"The {f.name.replace('_', ' ')} of a {name.human}.",
             "members": [(m, quoted(v)) for m, v in members(f.choices)]}
            for f in _enums(resource)
        ],
    }  # fmt: skip
    shared["flush_first"] = not shared["commits"] or shared["keep_values"]
    shared["save_doc"] = (
        f"Commit what is done within; a violated constraint becomes an error of the {name.human}'s own."
        if shared["commits"]
        else f"Send what is done within to the database; a violated constraint becomes an error of the {name.human}'s own."
    )
    shared |= _model_part(resource, profile, targets, options, shared)
    shared |= _schema_part(resource, profile, targets, options, shared)
    shared |= _router_part(resource, profile, homes, options, shared)
    if {field_.name for field_ in resource.fields} & {"date", "time", "datetime"}:
        _by_module(shared)
    shared["targets"] = targets
    shared |= probe_words(resource, profile, shared)
    shared["imports"] = _imports(resource, profile, homes, targets, options, shared)
    return shared


def _by_module(shared: dict[str, Any]) -> None:
    """In a class with an attribute ``date``, the type of that name is ``dt.date``."""
    type_ = re.compile(r"(?<![\w.\"'])(datetime|date|time)(?=[\]\s,|]|$)")
    call = re.compile(r"(?<![\w.\"'])(datetime|date|time)(?=\.fromisoformat)")

    def named(text: str) -> str:
        return call.sub(r"dt.\1", type_.sub(r"dt.\1", text))

    shared["columns"] = [
        replace(
            column,
            annotation=column.annotation and named(column.annotation),
            value=call.sub(r"dt.\1", column.value),
        )
        for column in shared["columns"]
    ]
    shared["inputs"] = [
        replace(each, create=named(each.create), update=named(each.update)) for each in shared["inputs"]
    ]
    shared["outputs"] = [each | {"read": named(each["read"])} for each in shared["outputs"]]
    shared["filters"] = [replace(each, type=named(each.type)) for each in shared["filters"]]


def _model_part(
    resource: Resource, profile: AppProfile, targets: Mapping[str, Target], options: Options, shared: dict[str, Any]
) -> dict[str, Any]:
    base = profile.orm.base
    assert base is not None
    optional = shared["optional"]
    provides = frozenset(base.provides)
    sqlmodel = profile.orm.kind == "sqlmodel"
    spelling = "sqlmodel" if sqlmodel else profile.orm.columns
    accent = model_words.Accent(spelling, shared["table"], base.naming_convention, base.dataclass, optional)
    columns: list[model_words.Attribute] = []
    if "id" not in provides:
        columns.append(model_words.primary_key(shared["id_type"], accent))
    properties = []
    names: dict[str, str] = {"id": "id"}
    for field_ in resource.fields:
        if isinstance(field_, Field):
            names[field_.name] = field_.name
            columns.append(model_words.column(resource.name, field_, accent))
            continue
        target = targets[field_.name]
        names[field_.name] = names[field_.column] = field_.column
        if field_.kind == "ref":
            columns.append(
                model_words.reference(
                    field_.column, f"{target.table}.{target.id_name}", _id_python(target.id_type), accent,
                    null=field_.null, unique=field_.unique, index=not field_.unique, on_delete=field_.on_delete,
                )
            )  # fmt: skip
    if has_timestamps(resource, profile, options):
        for name in ("created_at", "updated_at"):
            if name not in provides:
                columns.append(model_words.timestamp(name, accent, updated=name == "updated_at"))
    if resource.soft_delete and "deleted_at" not in provides:
        columns.append(model_words.timestamp("deleted_at", accent, null=True))
    associations: list[dict[str, str]] = []
    shared["own_columns"] = {column.name for column in columns}
    columns += relations.attributes(resource, targets, options, shared, accent, associations)
    for relation in resource.relations:
        if relation.kind == "m2m":
            target = targets[relation.name]
            properties.append({
                "name": relation.column,
                "type": f"list[{_id_python(target.id_type)}]",
                "doc": f"The ids of {relation.name.replace('_', ' ')}.",
                "value": f"sorted({target.name.one}.{target.id_name} for {target.name.one} in self.{relation.name})",
            })  # fmt: skip
    text = " ".join(column.value for column in columns)
    mixins = [mixin.name for mixin in base.mixins]
    bases = [*mixins, base.symbol.name] + (["kw_only=True"] if base.dataclass else []) + (["table=True"] if sqlmodel else [])
    return {
        "base": base.symbol.name,
        "bases": ", ".join(bases),
        "tablename": not base.tablename,
        "table_args": model_words.table_arguments(resource.columns, resource.indexes, names, accent),
        "eager_defaults": bool(provides & {"created_at", "updated_at"}),
        "columns": columns,
        "properties": properties,
        "associations": associations,
        "utc_datetime": "UTCDateTime" in text,
        "utc_now": True,
        "has_m2m": bool(properties),
    }


def _schema_part(
    resource: Resource, profile: AppProfile, targets: Mapping[str, Target], options: Options, shared: dict[str, Any]
) -> dict[str, Any]:
    name, optional = resource.name, shared["optional"]
    sqlmodel = profile.orm.kind == "sqlmodel"

    def column(attribute: str) -> str:
        plain = f"{shared['model']}.{attribute}"
        return f"col({plain})" if sqlmodel else plain

    inputs: list[schema_words.SchemaField] = []
    outputs: list[dict[str, str]] = [{"name": "id", "read": shared["id_type"]}]
    aliases: list[dict[str, str]] = []
    taken = {shared["create_schema"], shared["update_schema"], shared["read_schema"], shared["query_schema"],
             shared["model"], shared["repository"], shared["service"], shared["not_found"], shared["conflict"],
             shared["invalid"], shared["id_alias"], *(e["name"] for e in shared["enums"]),
             *(t.model for t in targets.values())}  # fmt: skip
    found_filters = []
    sorts: list[str] = []
    searches: list[str] = []
    for field_ in resource.fields:
        if isinstance(field_, Relation):
            _relation_fields(field_, targets[field_.name], inputs, outputs, optional)
            if field_.filter:
                found_filters += comparisons(
                    field_.column, id_filter(targets[field_.name].id_type), column(field_.column), ordered=False, null=field_.null
                )
            if field_.sort:
                sorts.append(field_.column)
            continue
        limited = schema_words.limited_type(name, field_)
        if not (field_.readonly or field_.hidden):
            if limited.startswith("Annotated["):
                alias = name.One + Name(field_.name, field_.name).One
                alias = f"{alias}Field" if alias in taken else alias
                taken.add(alias)
                aliases.append({"name": alias, "type": limited})
                limited = alias
            typed = optional(limited) if field_.null else limited
            standard = schema_words.default(name, field_)
            inputs.append(
                schema_words.SchemaField(field_.name, typed if standard is None else f"{typed} = {standard}", typed, "")
            )
        if not (field_.writeonly or field_.hidden):
            read = schema_words.read_type(name, field_)
            outputs.append({"name": field_.name, "read": optional(read) if field_.null else read})
        if field_.filter:
            found_filters += filters(name, field_, column(field_.name))
        if field_.sort:
            sorts.append(field_.name)
        if field_.search:
            searches.append(field_.name)
    if has_timestamps(resource, profile, options):
        outputs += [{"name": "created_at", "read": "datetime"}, {"name": "updated_at", "read": "datetime"}]
    upper = name.one.upper()
    lists: dict[str, str] = {}
    if found_filters:
        lists["filters"] = "filters: Mapping[str, Any]"
    if searches:
        lists["q"] = f"q: {optional('str')}"
    if sorts:
        lists["sort"] = "sort: Sequence[str]"
    sent = {"filters": 'query.model_dump(exclude_unset=True, exclude={"limit", "offset", "q", "sort"})', "q": "query.q", "sort": "query.sort or ()"}
    relations_out = [r.column for r in resource.relations if r.kind == "m2m"]
    excluded = ", ".join(f'"{column}"' for column in relations_out)
    alive = f".where({column('deleted_at')}.is_(None))" if resource.soft_delete else ""
    load = "".join(
        f".options(selectinload({path}))"
        for r in resource.relations
        if r.kind == "m2m"
        for attribute in (f"{shared['model']}.{r.name}",)
        for path in (f'cast("QueryableAttribute[Any]", {attribute})' if sqlmodel else attribute,)
    )
    return {
        "inputs": inputs,
        "outputs": outputs,
        "aliases": aliases,
        "filters": found_filters,
        "sorts": sorts,
        "sort_type": "Literal[" + ", ".join(f'"{s}", "-{s}"' for s in sorts) + "]",
        "search": bool(searches),
        "search_words": ", ".join(s.replace("_", " ") for s in searches),
        "search_condition": search_condition(searches, column) if searches else "",
        "filters_constant": f"{upper}_FILTERS",
        "sorts_constant": f"{upper}_SORTS",
        "find_parameters": "".join(f", {text}" for text in lists.values()),
        "find_arguments": "".join(f", {key}={sent[key]}" for key in lists),
        "order_words": "their ids" if not sorts else "what is asked for, then their ids",
        "column": column,
        "order": f"*({upper}_SORTS[name] for name in sort), {column('id')}" if sorts else column("id"),
        "self_": "" if profile.style.repository == "functions" else "self.",
        "kept_argument": f", {name.one}" if shared["keep_values"] else "",
        "kept": name.one if shared["keep_values"] else "",
        "alive": alive,
        "load": load,
        "plain_get": not alive and not load,
        "config": "",
        "dump_exclude": f"exclude={{{excluded}}}" if excluded else "",
        "dump_exclude_unset": "exclude_unset=True" + (f", exclude={{{excluded}}}" if excluded else ""),
        "m2ms": [
            relations.m2m_words(r, targets[r.name]) | {"id_column": f"col({plain})" if sqlmodel else plain}
            for r in resource.relations if r.kind == "m2m"
            for plain in (f"{targets[r.name].model}.{targets[r.name].id_name}",)
        ],
    }


def _relation_fields(
    relation: Relation, target: Target, inputs: list[schema_words.SchemaField], outputs: list[dict[str, str]], optional: Any
) -> None:
    plain = _id_python(target.id_type)
    limited = f"Annotated[int, Field(ge=0, le={2**31 - 1}, examples=[1]), BeforeValidator(json_number)]" if plain == "int" else plain
    if relation.kind == "m2m":
        if not relation.readonly:
            listed = f"Annotated[list[{limited}], Field(max_length=1000)]"
            inputs.append(schema_words.SchemaField(relation.column, f"{listed} = Field(default_factory=list)", listed, ""))
        outputs.append({"name": relation.column, "read": f"list[{plain}]"})
        return
    if not relation.readonly:
        typed = optional(limited) if relation.null else limited
        inputs.append(schema_words.SchemaField(relation.column, f"{typed} = None" if relation.null else typed, typed, ""))
    outputs.append({"name": relation.column, "read": optional(plain) if relation.null else plain})


def id_filter(id_type: str) -> str:
    """The type of a query parameter that is compared with an id."""
    if id_type == "int":
        return f"Annotated[int, Field(ge=0, le={2**31 - 1})]"
    return "UUID" if id_type == "uuid" else "str"


def _router_part(
    resource: Resource, profile: AppProfile, homes: Mapping[Role, Home], options: Options, shared: dict[str, Any]
) -> dict[str, Any]:
    style, site = profile.style, profile.router_site
    functions = style.service == "functions"
    name = resource.name
    one, many, session = name.one, name.many, shared["session"]
    prefix = prefix_of(resource, options)
    arguments = []
    collection, item = "", f"/{{{one}_id}}"
    if style.trailing_slash:
        collection = "/"
    if site is None or site.prefix_at == "router":
        arguments.append(f'prefix="{prefix}"')
    if style.tag is not None and (site is None or site.tags_at == "router"):
        arguments.append(f'tags=["{spell(style.tag, name)}"]')
    arguments += [f"{key}={value.source}" for key, value in style.router_arguments]
    entry, session_ = profile.entry, profile.session
    assert session_ is not None
    same = homes["service"].path == homes["router"].path
    verbs = {"create": f"create_{one}", "find": f"read_{many}", "get": f"read_{one}", "update": f"update_{one}",
             "replace": f"replace_{one}", "delete": f"delete_{one}"}  # fmt: skip
    lead = ""
    if functions:
        verbs_of_service = {key: ("_" if same else "") + text for key, text in verbs.items()}
        lead = "" if same else f"{_module_alias(homes['service'].module, name)}."
        call = {key: f"{lead}{text}({session}, " for key, text in verbs_of_service.items()}
    else:
        verbs_of_service = dict.fromkeys(verbs, "")
        call = {key: f"{shared['service']}({session}).{key}(" for key in verbs}
    same_repository = homes["repository"].path == homes["service"].path
    repository_lead = "" if same_repository else f"{_module_alias(homes['repository'].module, name)}."
    title = name.human.capitalize()

    def example(description: str, detail: str) -> str:
        content = {"application/json": {"example": {"detail": detail}}}
        return f'{{"description": "{description}", "content": {content!r}}}'

    return {
        "router_arguments": ", ".join(arguments),
        "collection": collection,
        "item": item,
        "prefix": prefix,
        "url": (site.prefix if site else "") + prefix + collection,
        "is_async": profile.orm.is_async,
        "expires": session_.expire_on_commit,
        "provider": session_.provider.name,
        "entry": entry.name if entry else "app",
        "app_name": entry.name if entry else "app",
        "factory": entry is not None and entry.kind == "factory",
        "endpoint": SimpleNamespace(**verbs),
        "call": SimpleNamespace(**call),
        "verb": SimpleNamespace(**verbs_of_service),
        "repo": repository_lead,
        "examples": {
            "bad_request": example("The body cannot be read", "There was an error parsing the body"),
            "missing": example("Not found", f"{title} not found"),
            "conflict": example("Clashes with what is stored", f"The {name.human} clashes with what is stored"),
        },
    }


def _module_alias(module: str, name: Name) -> str:
    """What a module is called where its functions are used."""
    last = module.rpartition(".")[2]
    return last if last not in {name.one, name.many} else f"{name.one}_{module.split('.')[-2] if '.' in module else 'module'}"


def _imports(
    resource: Resource, profile: AppProfile, homes: Mapping[Role, Home], targets: Mapping[str, Target],
    options: Options, shared: dict[str, Any],
) -> dict[str, str]:
    """Imports of the app's own names by role, more than are used: what is not is dropped afterwards."""
    base, session, style = profile.orm.base, profile.session, profile.style
    assert base is not None and session is not None
    name = resource.name
    own: dict[Role, list[str]] = {
        "model": [shared["model"], *(e["name"] for e in shared["enums"]), "utc_now", "UTCDateTime"],
        "schema": [shared["create_schema"], shared["update_schema"], shared["read_schema"], shared["query_schema"]],
        "repository": [shared["repository"], shared["filters_constant"]],
        "service": [shared["service"], shared["not_found"], shared["conflict"], shared["invalid"]],
        "router": [shared["router"]],
    }
    lines: list[str] = []
    for role, names in own.items():
        module = homes[role].module
        lines += [f"from {module} import {word}" for word in names]
    if style.service == "functions":
        lines.append(_module_import(homes["service"].module, name))
    if style.repository == "functions":
        lines.append(_module_import(homes["repository"].module, name))
    lines += [f"from {symbol.module} import {symbol.name}" for symbol in (base.symbol, *base.mixins)]
    lines.append(f"from {session.symbol.module} import {session.symbol.name}")
    lines.append(f"from {session.provider.module} import {session.provider.name}")
    lines.append(spelled(session.type))
    for extra in (style.schema_base, style.router_class):
        if extra is not None:
            lines.append(spelled(extra))
    if profile.entry is not None:
        lines.append(f"from {profile.entry.module} import {profile.entry.name}")
    site_arguments = profile.router_site.arguments if profile.router_site else ()
    for _, value in (*style.router_arguments, *site_arguments):
        lines += [spelled(each) for each in value.imports]
    lazy = []
    for target in targets.values():
        if target.self_reference:
            continue
        (lazy if target.cyclic else lines).append(f"from {target.module} import {target.model}")
    service_lines = [f"from {target.module} import {target.model}" for target in targets.values() if not target.self_reference]
    lazy += [f"from {each.module} import {each.model}" for each in options.incoming if each.module != homes["model"].module]
    text = "\n".join(dict.fromkeys(lines))
    model_text = text
    if lazy:
        model_text += "\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n" + "\n".join(f"    {line}" for line in lazy)
    rest = "\n".join(dict.fromkeys([*lines, *service_lines]))
    return {"model": model_text, **dict.fromkeys(("schema", "repository", "service", "router", "test"), rest)}


def _module_import(module: str, name: Name) -> str:
    parent, _, last = module.rpartition(".")
    alias = _module_alias(module, name)
    as_ = "" if alias == last else f" as {alias}"
    return f"from {parent} import {last}{as_}" if parent else f"import {last}{as_}"


def spelled(each: Import) -> str:
    """An import as a statement."""
    as_ = f" as {each.alias}" if each.alias else ""
    return f"import {each.module}{as_}" if each.name is None else f"from {each.module} import {each.name}{as_}"


def _session_parameter(profile: AppProfile) -> str:
    session = profile.session
    assert session is not None
    if session.style == "alias":
        return f"{session.parameter}: {session.symbol.name}"
    type_ = session.type.alias or session.type.name
    if session.annotated:
        return f"{session.parameter}: Annotated[{type_}, Depends({session.provider.name})]"
    return f"{session.parameter}: {type_} = Depends({session.provider.name})"


def _schema_base(profile: AppProfile) -> str:
    base = profile.style.schema_base
    if base is not None:
        return base.alias or base.name or "BaseModel"
    return "BaseModel"


def _id_python(id_type: str) -> str:
    return {"int": "int", "uuid": "UUID", "str": "str"}[id_type]


def _enums(resource: Resource) -> list[Field]:
    found = []
    for each in resource.columns:
        if each.type == "enum":
            found.append(each)
        elif each.type == "list" and each.item is not None and each.item.type == "enum":
            found.append(each.item)
    return found


def floor(profile: AppProfile) -> tuple[int, int]:
    """The oldest Python that the app runs on, as far as it says."""
    match = re.search(r"3\.(\d+)", profile.python or "")
    return (3, int(match.group(1))) if match else (3, 9)
