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
    read = [each["name"] for each in shared["outputs"]]
    m2m = [r for r in resource.relations if r.kind == "m2m"]
    unknowns = {"int": "999999", "UUID": "00000000-0000-4000-8000-000000000000", "str": "unknown"}
    extra, checked = len(m2m), len(shared["owned_refs"])
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
        "missing_ref": "999999"
        if all(shared["targets"][r.name].id_type == "int" for r in refs)
        else "str(uuid4())",
        "second": min(1, len(bodies) - 1),
        "updated_at": timestamps,
        "timestamps": timestamps,
        "utc_samples": [f.name for f in inputs if f.type == "datetime" and not f.writeonly],
        "cases": filter_cases(resource, bodies),
        "counts": SimpleNamespace(
            create=1 + 2 * extra + checked,
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
        "owner_queries": _of_one_owner(resource, bodies),
        "owner_filters": [r.column for r in refs if r.filter and r.column in read],
        "overrides": overrides(resource, profile),
    }


def _owned(relation: Relation, shared: dict[str, Any]) -> str:
    """To whom the row belongs that tests make for a reference, as arguments."""
    owner = shared["targets"][relation.name].owner if shared["owner"] else None
    return f", {owner}=user.{shared['guard'].user_id}" if owner else ""


def _of_one_owner(resource: Resource, bodies: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Queries of all kinds, each of which finds a row if it is one's own."""
    cases = filter_cases(resource, bodies[:1])
    found = [query for query, expected in cases["filters"] if expected == [0]]
    return [{}, {"limit": 1}, *found, *({"sort": sort} for sort, _ in cases["sorts"])]


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


def filter_cases(resource: Resource, bodies: list[dict[str, Any]]) -> dict[str, list[Any]]:
    """Queries with the numbers of the bodies that they find, and queries that are refused."""
    filters: list[tuple[dict[str, str], list[int]]] = []
    refused: list[dict[str, str]] = []
    sorts: list[tuple[str, list[int]]] = []
    for field in resource.columns:
        if field.readonly or field.hidden:
            continue
        values = [body.get(field.name) for body in bodies]
        if field.search and values and isinstance(values[0], str):
            _searched(values, filters)
        if field.filter and values:
            refused.append({f"{field.name}__like": "a"})
            if field.type not in {"str", "text", "email", "url"}:
                refused.append({field.name: "nonsense%"})
            if None not in values:
                _filtered(field, values, filters)
            if field.null:
                filters.append(
                    (
                        {f"{field.name}__null": "true"},
                        [n for n, v in enumerate(values) if v is None],
                    )
                )
                filters.append(
                    (
                        {f"{field.name}__null": "false"},
                        [n for n, v in enumerate(values) if v is not None],
                    )
                )
        if (
            field.sort
            and values
            and None not in values
            and len(set(map(repr, values))) == len(values)
        ):
            order = sorted(range(len(values)), key=lambda n: _comparable(field, values[n]))
            sorts += [(field.name, order), (f"-{field.name}", order[::-1])]
    if sorts:
        refused += [{"sort": "unknown"}, {"sort": f"--{sorts[0][0]}"}]
    searched = [f.name for f in resource.columns if f.search]
    if len(searched) > 1:
        filters = [case for case in filters if "q" not in case[0] or _agree(case, bodies, searched)]
    if searched:
        filters.append(({"q": "%"}, []))
        refused.append({"q": ""})
    return {"filters": filters, "refused": refused, "sorts": sorts}


def _searched(values: list[Any], filters: list[tuple[dict[str, str], list[int]]]) -> None:
    text = values[-1]
    filters.append(
        ({"q": text.upper()}, [n for n, v in enumerate(values) if text.lower() in v.lower()])
    )


def _agree(
    case: tuple[dict[str, str], list[int]], bodies: list[dict[str, Any]], searched: list[str]
) -> bool:
    text = case[0]["q"].lower()
    found = [
        n
        for n, body in enumerate(bodies)
        if any(text in str(body.get(name, "")).lower() for name in searched)
    ]
    return found == case[1]


def _filtered(
    field: Field, values: list[Any], filters: list[tuple[dict[str, str], list[int]]]
) -> None:
    texts = [str(value).lower() if isinstance(value, bool) else str(value) for value in values]
    if any("," in text for text in texts):
        return
    filters.append(({field.name: texts[0]}, [n for n, v in enumerate(values) if v == values[0]]))
    if field.type != "bool":
        some = set(texts[:2])
        filters.append(
            (
                {f"{field.name}__in": ",".join(texts[:2])},
                [n for n, t in enumerate(texts) if t in some],
            )
        )
    if field.type in {"int", "bigint", "float", "decimal", "date", "time", "datetime"}:
        keys = [_comparable(field, value) for value in values]
        middle = sorted(keys)[len(keys) // 2]
        at = texts[keys.index(middle)]
        filters.append(({f"{field.name}__ge": at}, [n for n, k in enumerate(keys) if k >= middle]))
        filters.append(({f"{field.name}__gt": at}, [n for n, k in enumerate(keys) if k > middle]))
        filters.append(({f"{field.name}__le": at}, [n for n, k in enumerate(keys) if k <= middle]))
        filters.append(({f"{field.name}__lt": at}, [n for n, k in enumerate(keys) if k < middle]))


def _comparable(field: Field, value: Any) -> Any:  # noqa: ANN401 - numbers and texts
    if field.type in {"int", "bigint", "float", "decimal"}:
        return float(value)
    return value
