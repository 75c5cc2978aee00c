"""Queries that the tests of a list send, and what each of them finds."""

from __future__ import annotations

from typing import Any

from fastarch.spec.resource import Field, Resource


def of_one_owner(resource: Resource, bodies: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Queries of all kinds, each of which finds a row if it is one's own."""
    cases = filter_cases(resource, bodies[:1])
    found = [query for query, expected in cases["filters"] if expected == [0]]
    return [{}, {"limit": 1}, *found, *({"sort": sort} for sort, _ in cases["sorts"])]


def related_cases(resource: Resource, shared: dict[str, Any]) -> list[dict[str, str]]:
    """Filters by fields of what the rows of the tests refer to, with where the values are."""
    relations = {one.name: one for one in resource.relations}
    found = []
    for one in resource.related:
        relation, target = relations[one.relation], shared["targets"][one.relation]
        if not (relation.readonly or target.self_reference):
            name = f"{one.relation}__{one.field.name}"
            found.append({"name": name, "model": target.model, "field": one.field.name})
    return found


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
