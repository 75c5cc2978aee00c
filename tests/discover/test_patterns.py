"""Patterns from examples, and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastarch.discover.patterns import affixes, class_pattern, pattern, subject
from fastarch.spec.names import Name
from fastarch.spec.plurals import pluralise

ABOUT = (subject("User"), subject("OrderItem"), subject("Category"), subject("FAQ"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("user", "{one}"),
        ("users", "{many}"),
        ("crud_users", "crud_{many}"),
        ("user_repository", "{one}_repository"),
        ("order_items", "{many}"),
        ("orderitem", "{one}"),
        ("order-items", "{slug}"),
        ("categories_routes", "{many}_routes"),
        ("faqs", "{many}"),
        ("auth", None),
        ("superuser", None),
        ("usersettings", None),
    ],
)
def test_files(text: str, expected: str | None) -> None:
    assert pattern(text, ABOUT) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("UserCreate", "{One}Create"),
        ("CreateUser", "Create{One}"),
        ("CreateFAQ", "Create{One}"),
        ("OrderItemOutSchema", "{One}OutSchema"),
        ("UsersPublic", "{Many}Public"),
        ("Token", None),
        ("Username", None),
    ],
)
def test_classes(text: str, expected: str | None) -> None:
    assert class_pattern(text, ABOUT) == expected


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["User", "Item"], ("", "")),
        (["UserModel", "ItemModel", "Token"], ("", "Model")),
        (["UserORM", "ItemORM"], ("", "ORM")),
        (["DBUser", "DBItem"], ("DB", "")),
        ([], ("", "")),
    ],
)
def test_affixes(names: list[str], expected: tuple[str, str]) -> None:
    assert affixes(names) == expected


@given(
    st.lists(
        st.sampled_from(["order", "line", "item", "note", "team"]),
        min_size=1,
        max_size=3,
        unique=True,
    ),
    st.sampled_from(["{one}", "{many}", "crud_{many}", "{one}_service", "test_{many}_api"]),
)
def test_a_pattern_gives_its_example_back(words: list[str], form: str) -> None:
    one = "_".join(words)
    name = Name(one, pluralise(one))
    text = form.format(one=name.one, many=name.many)
    about = (subject(name.One),)

    found = pattern(text, about)

    assert found is not None
    assert found.format(one=name.one, many=name.many, slug=name.slug) == text
