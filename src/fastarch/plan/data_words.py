"""The words of models and schemas."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fastarch.discover.profile import AppProfile, Role
from fastarch.plan import model_words, relations, schema_words
from fastarch.plan.accent import code_style, has_timestamps
from fastarch.plan.columns import item_of
from fastarch.plan.filters import comparisons, filters, related_filters, search_condition
from fastarch.plan.guard_words import owned_m2m
from fastarch.plan.own_indexes import is_indexed, table_indexes
from fastarch.plan.page_words import find_words
from fastarch.plan.pins import always_before
from fastarch.plan.steps import Home
from fastarch.spec.names import Name
from fastarch.spec.resource import Field, Relation, Resource

if TYPE_CHECKING:
    from fastarch.plan.vocabulary import Options, Target


TEXT_ID = "Annotated[str, Field(max_length=255, pattern=NO_NUL)]"


def by_module(shared: dict[str, Any]) -> None:
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
        replace(each, create=named(each.create), update=named(each.update))
        for each in shared["inputs"]
    ]
    shared["outputs"] = [each | {"read": named(each["read"])} for each in shared["outputs"]]
    shared["filters"] = [replace(each, type=named(each.type)) for each in shared["filters"]]


def model_part(
    resource: Resource,
    profile: AppProfile,
    targets: Mapping[str, Target],
    options: Options,
    shared: dict[str, Any],
) -> dict[str, Any]:
    """The words of the model."""
    base = profile.orm.base
    assert base is not None
    optional = shared["optional"]
    provides = frozenset(base.provides)
    sqlmodel = profile.orm.kind == "sqlmodel"
    spelling = "sqlmodel" if sqlmodel else profile.orm.columns
    accent = model_words.Accent(
        spelling,
        shared["table"],
        base.naming_convention,
        base.dataclass,
        optional,
        on_delete=not always_before(profile.versions.get("sqlmodel"), (0, 0, 21)),
    )
    columns: list[model_words.Attribute] = []
    if "id" not in provides:
        columns.append(model_words.primary_key(shared["id_type"], accent))
    properties = []
    names: dict[str, str] = {"id": "id"}
    for field_ in resource.fields:
        if isinstance(field_, Field):
            names[field_.name] = field_.name
            indexed = is_indexed(resource, field_)
            columns.append(model_words.column(resource.name, field_, accent, indexed=indexed))
            continue
        target = targets[field_.name]
        names[field_.name] = names[field_.column] = field_.column
        if field_.kind == "ref":
            columns.append(
                model_words.reference(
                    field_.column,
                    f"{target.table}.{target.key}",
                    id_python(target.id_type),
                    accent,
                    null=field_.null,
                    unique=field_.unique,
                    index=is_indexed(resource, field_),
                    on_delete=field_.on_delete,
                )
            )
    if has_timestamps(resource, profile, options):
        columns += [
            model_words.timestamp(name, accent, updated=name == "updated_at")
            for name in ("created_at", "updated_at")
            if name not in provides
        ]
    if resource.soft_delete and "deleted_at" not in provides:
        columns.append(model_words.timestamp("deleted_at", accent, null=True))
    associations: list[dict[str, str]] = []
    shared["own_columns"] = {column.name for column in columns}
    columns += relations.attributes(resource, targets, shared, accent, associations)
    for relation in resource.relations:
        if relation.kind == "m2m":
            target = targets[relation.name]
            properties.append(
                {
                    "name": relation.column,
                    "type": f"list[{id_python(target.id_type)}]",
                    "doc": f"The ids of {relation.name.replace('_', ' ')}.",
                    "value": f"sorted(each.{target.id_name} for each in self.{relation.name})",
                }
            )
    text = " ".join(column.value for column in columns)
    mixins = [mixin.name for mixin in base.mixins]
    bases = (
        [*mixins, base.symbol.name]
        + (["kw_only=True"] if base.dataclass else [])
        + (["table=True"] if sqlmodel else [])
    )
    return {
        "base": base.symbol.name,
        "bases": ", ".join(bases),
        "tablename": not base.tablename,
        "table_args": model_words.table_arguments(
            resource.columns, table_indexes(resource), names, accent
        ),
        "own_clock": "updated_at" not in provides,
        "mapper_annotation": not (sqlmodel or base.dataclass),
        "eager_defaults": bool(provides & {"created_at", "updated_at"}),
        "columns": columns,
        "properties": properties,
        "associations": associations,
        "utc_datetime": "UTCDateTime" in text,
        "utc_now": True,
        "has_m2m": bool(properties),
    }


def schema_part(  # noqa: PLR0915 - one branch per kind of word
    resource: Resource,
    profile: AppProfile,
    targets: Mapping[str, Target],
    options: Options,
    shared: dict[str, Any],
) -> dict[str, Any]:
    """The words of the schemas, and of the queries that filter, sort and search."""
    name, optional = resource.name, shared["optional"]
    sqlmodel = profile.orm.kind == "sqlmodel"

    def column(attribute: str) -> str:
        plain = f"{shared['model']}.{attribute}"
        return f"col({plain})" if sqlmodel else plain

    def relationship(attribute: str) -> str:
        plain = f"{shared['model']}.{attribute}"
        return f"cast(QueryableAttribute[Any], {plain})" if sqlmodel else plain

    inputs: list[schema_words.SchemaField] = []
    outputs: list[dict[str, str]] = [{"name": "id", "read": shared["id_type"]}]
    aliases: list[dict[str, str]] = []
    taken = {
        shared["create_schema"],
        shared["update_schema"],
        shared["read_schema"],
        shared["query_schema"],
        shared["model"],
        shared["repository"],
        shared["service"],
        shared["not_found"],
        shared["conflict"],
        shared["invalid"],
        shared["id_alias"],
        *(e["name"] for e in shared["enums"]),
        *(t.model for t in targets.values()),
    }
    found_filters = []
    sorts: list[str] = []
    searches: list[str] = []
    for field_ in resource.fields:
        if isinstance(field_, Relation):
            relation_fields(field_, targets[field_.name], inputs, outputs, optional)
            if field_.filter:
                found_filters += comparisons(
                    field_.column,
                    id_filter(targets[field_.name].id_type),
                    column(field_.column),
                    ordered=False,
                    null=field_.null,
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
                schema_words.SchemaField(
                    field_.name, typed if standard is None else f"{typed} = {standard}", typed, ""
                )
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
    relations_by_name = {one.name: one for one in resource.relations}
    for each in resource.related:
        relation, target = relations_by_name[each.relation], targets[each.relation]
        plain_column = f"{target.model}.{each.field.name}"
        found_filters += related_filters(
            each,
            relation,
            target.name,
            relationship(each.relation),
            f"col({plain_column})" if sqlmodel else plain_column,
        )
    if has_timestamps(resource, profile, options):
        # Columns of the app's own base may come back without their time zone.
        base = profile.orm.base
        provided = base.provides if base else ()
        late = base.late if base else ()
        for moment in ("created_at", "updated_at"):
            read = "UTCMoment" if moment in provided else "datetime"
            outputs.append({"name": moment, "read": optional(read) if moment in late else read})
    upper = name.one.upper()
    lists: dict[str, str] = {}
    if found_filters:
        lists["filters"] = "filters: Mapping[str, Any]"
    if searches:
        lists["q"] = f"q: {optional('str')}"
    if sorts:
        lists["sort"] = "sort: Sequence[str]"
    sent = {
        "filters": f"query.model_dump(exclude_unset=True, exclude={shared['not_filters']})",
        "q": "query.q",
        "sort": "query.sort or ()",
    }
    relations_out = [r.column for r in resource.relations if r.kind == "m2m"]
    excluded = ", ".join(f'"{column}"' for column in relations_out)
    alive = shared["owned"]
    if resource.soft_delete:
        alive += f".where({column('deleted_at')}.is_(None))"
    load = "".join(
        f".options(selectinload({relationship(r.name)}))"
        for r in resource.relations
        if r.kind == "m2m"
    )
    return {
        "inputs": inputs,
        "outputs": outputs,
        "aliases": aliases,
        "filters": found_filters,
        "sorts": sorts,
        "sort_type": "Literal[" + ", ".join(f'"{s}", "-{s}"' for s in sorts) + "]",
        "search": bool(searches),
        "search_type": "Annotated[str, Field(min_length=1, max_length=200, pattern=NO_NUL)]",
        "search_words": ", ".join(s.replace("_", " ") for s in searches),
        "search_condition": search_condition(searches, column) if searches else "",
        "filters_constant": f"{upper}_FILTERS",
        "sorts_constant": f"{upper}_SORTS",
        **find_words(shared, lists, sent, functions=code_style(profile) == "functions"),
        "order_words": "their ids" if not sorts else "what is asked for, then their ids",
        "column": column,
        "order": f"*({upper}_SORTS[name] for name in sort), by_id" if sorts else column("id"),
        "self_": "" if code_style(profile) == "functions" else "self.",
        "kept_argument": f", {name.one}" if shared["keep_values"] else "",
        "kept": name.one if shared["keep_values"] else "",
        "alive": alive,
        "load": load,
        "plain_get": not alive and not load,
        "config": "",
        "dump_exclude": f"exclude={{{excluded}}}" if excluded else "",
        "dump_exclude_unset": "exclude_unset=True"
        + (f", exclude={{{excluded}}}" if excluded else ""),
        "m2ms": [
            relations.m2m_words(r, targets[r.name])
            | {
                "id_column": f"col({plain})" if sqlmodel else plain,
                **owned_m2m(profile, targets[r.name], shared),
            }
            for r in resource.relations
            if r.kind == "m2m"
            for plain in (f"{targets[r.name].model}.{targets[r.name].id_name}",)
        ],
    }


def relation_fields(
    relation: Relation,
    target: Target,
    inputs: list[schema_words.SchemaField],
    outputs: list[dict[str, str]],
    optional: Callable[[str], str],
) -> None:
    """Add what a relation is in the schemas."""
    plain = id_python(target.id_type)
    limited = (
        f"Annotated[int, Field(ge=0, le={2**31 - 1}, examples=[1]), BeforeValidator(json_number)]"
        if plain == "int"
        else TEXT_ID
        if plain == "str"
        else plain
    )
    if relation.kind == "m2m":
        if not relation.readonly:
            listed = f"Annotated[list[{limited}], Field(max_length=1000)]"
            inputs.append(
                schema_words.SchemaField(
                    relation.column, f"{listed} = Field(default_factory=list)", listed, ""
                )
            )
        outputs.append({"name": relation.column, "read": f"list[{plain}]"})
        return
    if not relation.readonly:
        typed = optional(limited) if relation.null else limited
        inputs.append(
            schema_words.SchemaField(
                relation.column, f"{typed} = None" if relation.null else typed, typed, ""
            )
        )
    outputs.append({"name": relation.column, "read": optional(plain) if relation.null else plain})


def id_filter(id_type: str) -> str:
    """The type of a query parameter that is compared with an id."""
    if id_type == "int":
        return f"Annotated[int, Field(ge=0, le={2**31 - 1})]"
    return "UUID" if id_type == "uuid" else TEXT_ID


def enums(resource: Resource) -> list[Field]:
    """The fields that need an enum class."""
    found = []
    for each in resource.columns:
        if each.type == "enum":
            found.append(each)
        elif each.type == "list" and each.item is not None and each.item.type == "enum":
            found.append(item_of(each))
    return found


def schema_base(profile: AppProfile, homes: Mapping[Role, Home]) -> dict[str, str]:
    """The class that schemas inherit from, and whose ``Field`` they use."""
    base = profile.style.schema_base
    together = homes["schema"].path == homes["model"].path
    sqlmodel = profile.orm.kind == "sqlmodel" and (
        together or (base is not None and base.module == "sqlmodel")
    )
    plain = "SQLModel" if sqlmodel else "BaseModel"
    return {
        "schema_base": (base.alias or base.name or plain) if base is not None else plain,
        "plain_base": plain,
        "field_module": "sqlmodel" if sqlmodel else "pydantic",
    }


def in_sqlmodel(shared: dict[str, Any]) -> None:
    """Types with the limits that SQLModel's own ``Field`` does not know said otherwise."""
    said = schema_words.in_sqlmodel
    shared["aliases"] = [each | {"type": said(each["type"])} for each in shared["aliases"]]
    shared["inputs"] = [
        replace(each, create=said(each.create), update=said(each.update))
        for each in shared["inputs"]
    ]
    shared["filters"] = [replace(each, type=said(each.type)) for each in shared["filters"]]
    shared["search_type"] = said(shared["search_type"])
    shared["cursor_type"] = said(shared["cursor_type"])


def id_python(id_type: str) -> str:
    """The Python type of an id."""
    return {"int": "int", "uuid": "UUID", "str": "str"}[id_type]
