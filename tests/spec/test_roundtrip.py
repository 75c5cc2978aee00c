from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fastarch.errors import UsageError
from fastarch.spec import values
from fastarch.spec.check import check_resource
from fastarch.spec.dump import dump, short_form
from fastarch.spec.fields import parse_field
from fastarch.spec.names import target_name
from fastarch.spec.read import read_flags, read_text
from fastarch.spec.resource import Field
from fastarch.spec.vocabulary import FLAGS, TYPES
from tests.spec.strategies import field_texts, resources

quick = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@given(resources())
@quick
def test_what_is_dumped_reads_back_the_same(resource):
    text = dump(resource)
    assert read_text(text) == (resource,)
    assert dump(read_text(text)[0]) == text


@given(field_texts())
@quick
def test_the_short_form_reads_back_the_same(text):
    field = parse_field(text)
    assert parse_field(f"{field.name}:{short_form(field)}") == field


@given(field_texts())
@quick
def test_every_value_of_a_valid_field_is_a_value_of_its_type(text):
    field = parse_field(text)
    if not isinstance(field, Field):
        return
    for server, default in ((False, field.default), (True, field.server_default)):
        if default is not None and not values.is_word(field, default, server=server):
            values.value_of(field, default)
    for limit in (field.ge, field.gt, field.le, field.lt):
        assert limit is None or values.parse(field, limit) is not None


@given(resources())
@quick
def test_flags_and_yaml_say_the_same(resource):
    if resource.indexes:
        return
    arguments = [f"{field.name}:{short_form(field)}" for field in resource.fields]
    again = read_flags(
        resource.name.singular,
        arguments,
        plural=resource.name.plural,
        id=resource.id,
        timestamps=resource.timestamps,
        soft_delete=resource.soft_delete,
        prefix=resource.prefix,
        table=resource.table,
        doc=resource.doc,
        scope=resource.scope,
    )
    assert again == resource


@given(st.text(max_size=40))
@settings(max_examples=300, deadline=None)
def test_any_text_is_a_field_or_a_usage_error(text):
    try:
        field = parse_field(text)
    except UsageError as error:
        assert all(problem.message for problem in error.problems)
        assert all(problem.column is not None for problem in error.problems)
    else:
        assert parse_field(f"{field.name}:{short_form(field)}") == field


@given(
    st.lists(
        st.sampled_from(
            [
                "a",
                "b_c",
                ":",
                ",",
                "=",
                '"',
                "str",
                "int",
                "enum",
                "decimal",
                "list",
                "ref",
                "m2m",
                "users",
                "null",
                "default",
                "ge",
                "le",
                "gt",
                "lt",
                "min",
                "max",
                "re",
                "on",
                "back",
                "via",
                "was",
                "doc",
                "now",
                "1",
                "-1",
                "0.10",
                "1e400",
                "9" * 30,
                "[",
                "]",
                "{",
                "}",
                "cascade",
                "set_null",
                "true",
                "date",
                "uuid",
                "json",
                "\u00e9",
                "\U0001f525",
                "",
            ]
        ),
        max_size=14,
    ).map("".join)
)
@settings(max_examples=300, deadline=None)
def test_pieces_of_the_grammar_are_a_field_or_a_usage_error(text):
    test_any_text_is_a_field_or_a_usage_error.hypothesis.inner_test(f"x{text}")


@given(st.text(max_size=80))
@settings(max_examples=200, deadline=None)
def test_any_yaml_is_read_or_a_usage_error(text):
    with pytest.raises(UsageError):
        raise_or_read(text)


def raise_or_read(text):
    for resource in read_text(text):
        check_resource(resource)
    raise UsageError("it was read")


@given(
    st.lists(
        st.sampled_from(
            [
                "resource",
                "resources",
                "fields",
                "version",
                "id",
                ": ",
                "\n",
                "  ",
                "- ",
                "products",
                "{",
                "}",
                "[",
                "]",
                ",",
                "&a ",
                "*a",
                "'",
                '"',
                "1",
                "str",
                "ref",
                "users",
                "type",
                "null",
                "default",
                "!!str ",
                "<<",
                "?",
                "|",
                ">",
                "#",
                "---",
                "\t",
                "scope",
                "indexes",
                "on",
                "~",
                "\ufeff",
                "\r\n",
                "%",
            ]
        ),
        max_size=20,
    ).map("".join)
)
@settings(max_examples=250, deadline=None)
def test_pieces_of_yaml_are_read_or_a_usage_error(text):
    with pytest.raises(UsageError):
        raise_or_read(text)
    with pytest.raises(UsageError):
        raise_or_read(f"resource: products\nfields:\n  a: {text}")


@given(st.from_regex(r"[a-z]{2,12}(_[a-z]{1,8})?", fullmatch=True))
@settings(max_examples=250, deadline=None)
def test_a_name_is_found_again_by_what_was_typed(word):
    name = target_name(word)
    assert word in (name.singular, name.plural)
    assert name in (target_name(name.singular), target_name(name.plural))
    assert target_name(name.singular).singular == name.singular


def test_the_strategy_reaches_every_type_and_flag():
    seen: set[str] = set()

    @given(field_texts())
    @settings(max_examples=400, deadline=None, database=None, derandomize=True)
    def collect(text):
        seen.update(part.partition("=")[0] for part in text.split(":"))

    collect()
    assert set(TYPES) | (set(FLAGS) - {"was", "gt", "lt"}) <= seen
