"""The nodes of a spec file to resources: the YAML form, with a place for everything."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from fastarch.errors import Problem, UsageError
from fastarch.records import dataclass
from fastarch.spec.check import check_resource, check_resources, normal_prefix
from fastarch.spec.document import Node
from fastarch.spec.fields import build
from fastarch.spec.grammar import RawField, split_short, split_type, split_words
from fastarch.spec.names import Name, parse_name
from fastarch.spec.place import Spot, Token, nearest, one_of
from fastarch.spec.resource import Field, Index, Relation, Resource
from fastarch.spec.schema import (
    FieldMap,
    IndexMap,
    OneResource,
    ResourceBody,
    ResourceMap,
    ScopeMap,
    SeveralResources,
)
from fastarch.spec.vocabulary import FLAG_ALIASES, FLAGS, JSON_ITEMS, M2M, REF, TYPE_ALIASES

_KINDS = (REF, M2M, "enum", "list")
_PARTS = {"choices": "enum", "items": "list", "precision": "decimal", "scale": "decimal"}
_NULLS = ("", "~", "null", "Null", "NULL")


@dataclass(frozen=True, slots=True)
class _Found:
    """A resource of the file before its fields are read."""

    node: Node
    name: str
    at: Spot
    body: ResourceBody


def resources_of(root: Node) -> tuple[Resource, ...]:
    """The resources of a file.

    Raises:
        UsageError: With a problem for each thing that is wrong.
    """
    if root.entries is None:
        raise root.at.error(
            "a spec file is a map", "it begins with `resource: NAME` or `resources:`"
        )
    several = root.entries.get("resources")
    if several is None:
        one = _validated(OneResource, root)
        found = [_Found(root, one.resource, root.entries["resource"].at, one)]
    else:
        found = list(_several(_validated(SeveralResources, root), several))
    if not found and several is not None:
        raise several.at.error(
            "there is no resource in `resources:`", "each has a name and `fields:`"
        )
    built: list[tuple[Resource, dict[str, Spot]]] = []
    problems: list[Problem] = []
    for each in found:
        try:
            built.append(_resource(each))
        except UsageError as error:
            problems += error.problems
    if problems:
        raise UsageError(*problems)
    resources = tuple(resource for resource, _ in built)
    check_resources(resources, [places for _, places in built])
    return resources


def _several(spec: SeveralResources, node: Node) -> Iterator[_Found]:
    if isinstance(spec.resources, list):
        for element, body in zip(node.items or (), spec.resources, strict=True):
            yield _Found(element, body.resource, (element.entries or {})["resource"].at, body)
        return
    for key, named in spec.resources.items():
        element = (node.entries or {})[key]
        if named.resource not in (None, key):
            at = (element.entries or {})["resource"].at
            raise at.error(f"`{named.resource}` is called `{key}` here", "leave one of them out")
        yield _Found(element, key, node.keys[key], named)


def _resource(found: _Found) -> tuple[Resource, dict[str, Spot]]:
    entries, body = found.node.entries or {}, found.body
    places = {f".{key}": node.at for key, node in entries.items()} | {".resource": found.at}
    problems: list[Problem] = []
    name: Name | None = None
    try:
        name = parse_name(found.name, body.plural)
    except UsageError as error:
        at = places[".plural"] if body.plural and _is_name(found.name) else found.at
        problems += (
            at.error(problem.message, problem.hint).problems[0] for problem in error.problems
        )
    fields: list[Field | Relation] = []
    node = entries.get("fields")
    if node is not None:
        for key, value in (node.entries or {}).items():
            places[key] = node.keys[key]
            try:
                fields.append(_field(Token(key, node.keys[key]), value))
            except UsageError as error:
                problems += error.problems
    if problems or name is None:
        raise UsageError(*problems)
    indexes = entries.get("indexes")
    for number, element in enumerate((indexes.items if indexes else None) or ()):
        places[f".indexes[{number}]"] = element.at
    resource = Resource(
        name,
        tuple(fields),
        tuple(Index(tuple(index.fields), index.unique, index.name) for index in body.indexes),
        id=body.id,
        timestamps=body.timestamps,
        soft_delete=body.soft_delete,
        prefix=None if body.prefix is None else normal_prefix(body.prefix),
        table=body.table,
        doc=body.doc,
        scope=body.scope.field if isinstance(body.scope, ScopeMap) else body.scope,
    )
    check_resource(resource, places)
    return resource, places


def _is_name(text: str) -> bool:
    try:
        parse_name(text)
    except UsageError:
        return False
    return True


def _field(name: Token, value: Node) -> Field | Relation:
    if value.entries is not None:
        return build(_from_map(name, value, value.entries))
    text = value.text or ""
    if text in _NULLS and not value.quoted and text != "null":
        return build(RawField(name))
    return build(split_short(name, text, value.at))


def _from_map(name: Token, node: Node, entries: dict[str, Node]) -> RawField:
    raw = _kind_of(name, node, entries)
    for key, value in entries.items():
        flag = FLAG_ALIASES.get(key, key)
        if flag not in FLAGS:
            continue
        if flag in raw.flags:
            raise node.keys[key].error(f"{name.text}: `{flag}` is given twice")
        raw.flags[flag] = _flag_value(raw, flag, value, node.keys[key])
    return raw


def _kind_of(name: Token, node: Node, entries: dict[str, Node]) -> RawField:
    kinds = [key for key in _KINDS if key in entries]
    if len(kinds) > 1:
        raise node.keys[kinds[1]].error(f"{name.text}: it is either `{kinds[0]}` or `{kinds[1]}`")
    if "type" in entries:
        raw = split_type(name, _text(entries["type"]), entries["type"].at)
    else:
        raw = RawField(name)
    word = raw.type.text.lower() if raw.type else None
    word = TYPE_ALIASES.get(word, word) if word else None
    for key in kinds:
        if word not in (None, key):
            raise node.keys[key].error(f"{name.text}: it is of type {word}, but has `{key}`")
        raw.type, word = Token(key, node.keys[key]), key
        _give_arguments(raw, key, entries[key], node.keys[key])
    parts = [key for key in _PARTS if key in entries]
    for key in parts:
        if word != _PARTS[key]:
            message = f"{name.text}: `{key}` makes no sense for {word or 'str'}"
            raise node.keys[key].error(message, f"`{key}` goes with {_PARTS[key]}")
        if key in ("choices", "items"):
            _give_arguments(raw, _PARTS[key], entries[key], node.keys[key])
    if "precision" in entries or "scale" in entries:
        if raw.arguments:
            raise node.keys[parts[0]].error(f"{name.text}: `{parts[0]}` is given twice")
        if "precision" not in entries:
            raise node.keys["scale"].error(f"{name.text}: `scale` needs `precision`")
        numbers = [entries[key] for key in ("precision", "scale") if key in entries]
        raw.arguments = tuple(Token(_text(number), number.at) for number in numbers)
    return raw


def _give_arguments(raw: RawField, kind: str, value: Node, at: Spot) -> None:
    if raw.arguments or raw.item:
        raise at.error(f"{raw.name.text}: what follows `{kind}` is given twice")
    if kind == "list":
        raw.item = split_type(raw.name, _text(value), value.at)
    elif value.items is not None:
        raw.arguments = tuple(Token(_text(each), each.at, quoted=True) for each in value.items)
    elif kind == "enum":
        raw.arguments = split_words(_text(value), value.at)
    else:
        raw.arguments = (Token(_text(value), value.at),)


def _flag_value(raw: RawField, flag: str, value: Node, at: Spot) -> Token:
    if value.text is None:
        item = raw.item.type.text if raw.item and raw.item.type else "str"
        numbers = raw.item is None or TYPE_ALIASES.get(item, item) in JSON_ITEMS
        return Token(json.dumps(_json(value, numbers), ensure_ascii=False), value.at, quoted=True)
    if FLAGS[flag].switch:
        return Token(str(_BOOLEAN.validate_python(value.text)).lower(), at)
    if flag in ("default", "server_default") and not value.quoted and value.text in _NULLS:
        return Token("null", value.at)
    return Token(value.text, value.at, quoted=value.quoted)


def _json(node: Node, numbers: bool) -> object:
    """The value of a default that is written as a list or a map."""
    if node.entries is not None:
        return {key: _json(value, numbers) for key, value in node.entries.items()}
    if node.items is not None:
        return [_json(value, numbers) for value in node.items]
    text = _text(node)
    if node.quoted or not numbers:
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def _text(node: Node) -> str:
    return node.text or ""


_BOOLEAN = TypeAdapter(bool)
_Model = TypeVar("_Model", bound=BaseModel)


def _validated(model: type[_Model], root: Node) -> _Model:
    try:
        return model.model_validate(root.plain())
    except ValidationError as error:
        problems = [_problem(root, model, details) for details in error.errors(include_url=False)]
        raise UsageError(*problems) from None


def _problem(root: Node, model: type[BaseModel], details: ErrorDetails) -> Problem:
    """What pydantic found, at its place and in our words."""
    node, at, path = root, root.at, []
    for part in details["loc"]:
        # Tags of unions are parts of the location too; they lead nowhere in the file.
        if isinstance(part, int) and node.items is not None and part < len(node.items):
            node = node.items[part]
            at = node.at
            path.append(str(part + 1))
        elif isinstance(part, str) and node.entries is not None and part in node.entries:
            is_unknown = details["type"] == "extra_forbidden" and part == details["loc"][-1]
            at = node.keys[part] if is_unknown else node.entries[part].at
            node = node.entries[part]
            path.append(part)
    key = str(details["loc"][-1]) if details["loc"] else ""
    shown = ".".join(path)
    shown_text = "" if node.text is None else node.text
    kind = details["type"]
    if kind == "extra_forbidden":
        hint = _key_hint(model, details["loc"])
        if node.text == "" and not node.quoted:
            # `{enum: a,b}` is an enum of a, and a key b.
            hint += "; a value with commas stands in quotes: 'a,b'"
        return at.error(f"unknown key `{key}`", hint).problems[0]
    if kind == "missing":
        hint = f"add `{key}: …`"
        return at.error(f"`{key}` is missing", hint).problems[0]
    if kind == "literal_error":
        words = _words(details)
        message = (
            f"{shown}: `{shown_text}` is not {' or '.join(words)}"
            if node.text is not None
            else f"{shown} is {node.kind}"
        )
        if key == "version":
            message = f"unknown version `{shown_text}` of the spec format"
        return at.error(message, one_of(shown_text, words)).problems[0]
    if kind == "bool_parsing":
        return at.error(f"{shown}: `{shown_text}` is neither true nor false").problems[0]
    if kind == "int_parsing":
        return at.error(f"{shown}: `{shown_text}` is not a whole number").problems[0]
    wanted = _WANTED.get(kind)
    if kind == "union_tag_invalid":
        tags = str(details.get("ctx", {}).get("expected_tags", "")).replace("'", "").split(", ")
        wanted = " or ".join(f"a {tag}" for tag in tags)
    if wanted:
        return at.error(
            f"{shown or 'the file'} is {node.kind}, but {wanted} is needed here"
        ).problems[0]
    return at.error(f"{shown}: {details['msg']}").problems[0]


_WANTED = {
    "dict_type": "a map",
    "model_type": "a map",
    "model_attributes_type": "a map",
    "list_type": "a list",
    "string_type": "a text",
    "bool_type": "true or false",
    "int_type": "a whole number",
}


def _words(details: ErrorDetails) -> list[str]:
    expected = str(details.get("ctx", {}).get("expected", ""))
    return [word.strip("'") for word in expected.replace(" or ", ", ").split(", ")]


def _key_hint(model: type[BaseModel], loc: tuple[int | str, ...]) -> str:
    parents = set(loc[:-1])
    if "fields" in parents and "map" in parents:
        owner: type[BaseModel] = FieldMap
    elif "indexes" in parents:
        owner = IndexMap
    elif "scope" in parents:
        owner = ScopeMap
    elif "resources" in parents:
        owner = ResourceMap
    else:
        owner = model
    keys = [field.alias or name for name, field in owner.model_fields.items()]
    word = str(loc[-1])
    if owner is FieldMap and word in ("required", "notnull", "not_null"):
        return "a field is required unless it has `null` or a default"
    if owner is FieldMap:
        return (
            nearest(word, keys) or "keys are `type`, `ref`, `m2m` and the flags of the short form"
        )
    return one_of(word, keys)
