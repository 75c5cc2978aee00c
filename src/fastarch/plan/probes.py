"""What the tests of a resource say: valid bodies, values to be refused, expected defaults."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from fastarch.discover.profile import AppProfile
from fastarch.plan.distinct import BODIES, apart, made, together
from fastarch.plan.guard_words import overrides
from fastarch.plan.query_cases import filter_cases, of_one_owner, related_cases
from fastarch.plan.samples import at_limits, beyond_checks, rejected, samples
from fastarch.spec.resource import Field, Relation, Resource
from fastarch.spec.values import is_word, parse


def probe_words(resource: Resource, profile: AppProfile, shared: dict[str, Any]) -> dict[str, Any]:
    """The words of the test template."""
    fields = resource.columns
    inputs = [f for f in fields if not (f.readonly or f.hidden)]
    refs = [r for r in resource.relations if r.kind == "ref"]
    parents = [r for r in refs if made(r, shared)]
    unique_together, varied = together(resource, inputs, parents)
    if resource.owner is not None and resource.owner.unique and shared["owner"]:
        unique_together.append((resource.owner.column,))
    bodies = apart(_bodies(inputs), [each for each in unique_together if not varied & set(each)])
    uniques = [f.name for f in inputs if f.unique and len(samples(f)) > 1]
    uniques += [r.column for r in parents if r.unique]
    known = {*(bodies[0] if bodies else ()), *(r.column for r in parents)}
    required = [
        f.name for f in inputs if not f.null and f.default is None and f.server_default is None
    ]
    required += [r.column for r in refs if not (r.null or r.readonly)]
    optional = [f for f in inputs if f.name not in required]
    filled = [f for f in optional if _default_known(f)]
    changing = [f.name for f in inputs if len(samples(f)) > 1 and not f.writeonly]
    targets_ = [r for r in resource.relations if not r.readonly and r.name in shared["targets"]]
    timestamps = "created_at" in [each["name"] for each in shared["outputs"]]
    late = profile.orm.base.late if timestamps and profile.orm.base else ()
    read = [each["name"] for each in shared["outputs"]]
    m2m = [r for r in resource.relations if r.kind == "m2m"]
    unknowns = {"int": "999999", "UUID": "00000000-0000-4000-8000-000000000000", "str": "unknown"}
    extra, checked = len(m2m), len(shared["owned_refs"])
    cases = filter_cases(resource, bodies)
    cases["refused"] += [
        {f"{one.relation}__{one.field.name}__like": "a"} for one in resource.related
    ]
    return {
        "url": shared["url"],
        "unknown_id": unknowns[shared["id_type"]],
        "read_example": repr(_read_example(fields, shared, read)),
        "whole_decimals": [
            (f.name, int(Decimal(whole[0])), whole[0])
            for f in inputs
            if f.type == "decimal" and not f.writeonly
            if (whole := [v for v in samples(f)[:BODIES] if Decimal(v) == int(Decimal(v))])
        ],
        "app_client": isolated_client(profile),
        "m2m_tables": [table["name"] for table in shared["associations"]],
        "test_targets": [
            {
                "column": r.column,
                "many": r.kind == "m2m",
                "model": shared["targets"][r.name].model,
                "owned": _owned(r, shared),
            }
            for r in targets_
            if not shared["targets"][r.name].self_reference
        ],
        "writeonly_set": _set([f.name for f in inputs if f.writeonly]),
        "read_set": _set(read),
        "unknown_fields": [
            "unknown",
            "id",
            *(f.name for f in fields if f.readonly or f.hidden),
            *([shared["owner"].column] if shared["owner"] else []),
            *(["created_at", "updated_at"] if timestamps else []),
        ],
        "refs": [r.column for r in refs if not r.readonly],
        "missing_ref": _missing([r for r in refs if not r.readonly], shared),
        "second": min(1, len(bodies) - 1),
        "updated_at": timestamps,
        "timestamps": timestamps,
        "late": late,
        "utc_samples": [f.name for f in inputs if f.type == "datetime" and not f.writeonly],
        "cases": cases,
        "related_cases": related_cases(resource, shared)
        if shared["page_limit"] >= len(bodies)
        else [],
        "counts": SimpleNamespace(
            create=1 + 2 * extra + checked + bool(late),
            get=1 + extra,
            patch=2 + 4 * extra + checked,
            put=2 + 4 * extra + checked,
            delete=2 + 2 * extra,
            find=1 + extra + (shared["pages"] is not None and shared["pages"].counted),
        ),
        "first": f"[:{shared['page_limit']}]" if shared["page_limit"] < len(bodies) else "",
        "bodies": [[(name, repr(value)) for name, value in body.items()] for body in bodies],
        "varied": [
            (r.column, shared["targets"][r.name].model, _owned(r, shared))
            for r in parents
            if r.column in varied
        ],
        "together": [list(each) for each in unique_together if known.issuperset(each)],
        "taken": list(dict.fromkeys(uniques + [name for each in unique_together for name in each])),
        "writeonly": [f.name for f in inputs if f.writeonly],
        "server_only": [f.name for f in fields if f.readonly or f.hidden],
        "hidden": [f.name for f in fields if f.writeonly or f.hidden],
        "required": required,
        "nullable": [f.name for f in inputs if f.null],
        "not_nullable": [f.name for f in inputs if not f.null],
        "defaults": [(f.name, repr(_json_default(f))) for f in filled if not f.writeonly],
        "rejected": [(f.name, repr(value), why) for f in inputs for why, value in rejected(f)],
        "at_limits": [(f.name, value) for f in inputs for value in at_limits(f)],
        "beyond_checks": [(f.name, value) for f in inputs for value in beyond_checks(f)],
        "uniques": uniques,
        "change": changing[0] if changing else None,
        "owner_queries": of_one_owner(resource, bodies),
        "owner_filters": [r.column for r in refs if r.filter and r.column in read],
        "overrides": overrides(resource, profile),
    }


def _missing(refs: Sequence[Relation], shared: dict[str, Any]) -> str:
    """An id that no row has, for the reference ``field``."""
    said = {
        r.column: "999999" if shared["targets"][r.name].id_type == "int" else "str(uuid4())"
        for r in refs
    }
    if len(set(said.values())) < 2:
        return next(iter(said.values()), "999999")
    return "{" + ", ".join(f'"{column}": {value}' for column, value in said.items()) + "}[field]"


def _owned(relation: Relation, shared: dict[str, Any]) -> str:
    """To whom the row belongs that tests make for a reference, as arguments."""
    owner = shared["targets"][relation.name].owner if shared["owner"] else None
    return f", {owner}=user.{shared['guard'].user_id}" if owner else ""


def _read_example(
    fields: Sequence[Field], shared: dict[str, Any], read: list[str]
) -> dict[str, Any]:
    """A row as it is served."""
    identifiers = {"int": 1, "UUID": "3f2504e0-4f89-41d3-9a0c-0305e82c3301", "str": "abc"}
    known = {field.name: values[0] if (values := samples(field)) else None for field in fields}
    for relation in shared["relations"]:
        kind = {"int": "int", "uuid": "UUID", "str": "str"}[
            shared["targets"][relation.name].id_type
        ]
        some = identifiers[kind]
        known[relation.column] = [some] if relation.kind == "m2m" else some
    moment = "2026-01-31T08:30:00Z"
    own = {"id": identifiers[shared["id_type"]], "created_at": moment, "updated_at": moment}
    return {name: known[name] if name in known else own[name] for name in read}


def isolated_client(profile: AppProfile) -> str | None:
    """The app's own test client, where it does not reach the app's database."""
    tests = profile.tests
    if tests is None or not tests.isolated or tests.client_is_async:
        return None
    return tests.client


def _set(names: list[str]) -> str:
    return "{" + ", ".join(f'"{name}"' for name in names) + "}"


def _bodies(fields: list[Field]) -> list[dict[str, Any]]:
    """Valid bodies that differ in every field, as far as there are so many values."""
    values = {field.name: samples(field) for field in fields}
    fewest = min([BODIES, *(len(values[f.name]) for f in fields if f.unique and not _optional(f))])
    found = []
    for number in range(fewest):
        body = {}
        for field in fields:
            some = values[field.name]
            if not some or (field.unique and number >= len(some)):
                continue
            body[field.name] = some[number % len(some)]
        found.append(body)
    return found


def _optional(field: Field) -> bool:
    return field.null or field.default is not None or field.server_default is not None


def _default_known(field: Field) -> bool:
    text = field.default if field.default is not None else field.server_default
    return text is None or not (is_word(field, text) or is_word(field, text, server=True))


def _json_default(field: Field) -> object:
    """A default as it is served."""
    text = field.default if field.default is not None else field.server_default
    if text is None:
        return None
    if field.type == "bytes":
        return base64.b64encode(text.encode()).decode()
    if field.type == "decimal":
        from fastarch.plan.columns import precision

        value = parse(field, text)
        return format(round(value, precision(field)[1]), "f")  # type: ignore[arg-type]
    if field.type == "datetime":
        from datetime import UTC, datetime

        moment = parse(field, text)
        assert isinstance(moment, datetime)
        return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
    value = parse(field, text)
    if isinstance(value, bool | int | float | str | list | dict) or value is None:
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
