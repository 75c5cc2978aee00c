from __future__ import annotations

import datetime

import jsonschema_rs
import pytest
from hypothesis import given, settings
from ruamel.yaml import YAML

from fastarch.spec.dump import dump
from fastarch.spec.schema import json_schema
from fastarch.spec.vocabulary import FLAG_ALIASES, FLAGS
from tests.spec.strategies import resources
from tests.spec.test_read import FULL

SCHEMA = json_schema()
editor = jsonschema_rs.Draft202012Validator(SCHEMA)


def errors(text: str) -> list[str]:
    document = as_json(YAML(typ="safe", pure=True).load(text))
    return [error.message for error in editor.iter_errors(document)]


def as_json(value):
    """As a language server sees it: keys are texts, and dates too."""
    if isinstance(value, dict):
        keys = {key: "null" if key is None else str(key) for key in value}
        return {keys[key]: as_json(each) for key, each in value.items()}
    if isinstance(value, list):
        return [as_json(each) for each in value]
    return str(value) if isinstance(value, datetime.date) else value


def test_it_is_a_valid_schema_that_knows_every_flag():
    assert jsonschema_rs.meta.is_valid(SCHEMA)
    known = SCHEMA["$defs"]["FieldMap"]["properties"]
    assert set(FLAGS) | set(FLAG_ALIASES) <= set(known)
    assert all(prop.get("description") for prop in known.values())


def test_editors_take_what_we_take():
    assert errors(FULL) == []
    assert errors("version: 1\nresources: {users: {fields: {a: str, b: {ref: users}}}}") == []
    assert (
        errors("resources: [{resource: users, fields: {n: {ge: 1, le: 2.5, default: true}}}]") == []
    )


@given(resources())
@settings(max_examples=30, deadline=None)
def test_editors_take_what_we_dump(resource):
    assert errors(dump(resource)) == []


@pytest.mark.parametrize(
    "text",
    [
        "version: 2\nresource: a",
        "fields: {}",
        "resource: a\nfeilds: {}",
        "resource: a\nid: str",
        "resource: a\nfields: {n: {typ: str}}",
        "resource: a\nfields: {n: {precision: a}}",
        "resource: a\nfields: [n]",
        "resource: a\nresources: []",
        "resources: {a: {indexes: {}}}",
    ],
)
def test_editors_refuse_what_we_refuse(text):
    assert errors(text)
