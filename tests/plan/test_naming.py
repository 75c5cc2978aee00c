"""What a resource is called whose model was there before."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fastarch.discover.database_facts import Model
from fastarch.discover.symbols import Place, Symbol
from fastarch.errors import NotUnderstoodError
from fastarch.plan.naming import name_model
from fastarch.plan.targets import find_model
from tests.plan.shapes import profile


def model(name: str, table: str) -> Model:
    return Model(Symbol(Place(f"{name}.py", 3), name.lower(), name), table, "id", "int")


@pytest.mark.parametrize(
    ("name", "table", "pattern", "expected"),
    [
        ("User", "users", "{One}", "users"),
        ("User", "user", "{One}", "users"),
        ("User", "user_account", "{One}", "users"),
        ("Users", "users", "{Many}", "users"),
        ("OrderItem", "order_items", "{One}", "order_items"),
        ("Person", "persons", "{One}", "people"),
        ("UserModel", "users", "{One}Model", "users"),
        ("UserModel", "users", "{One}", "users"),
        ("DBUser", "users", "{One}", "users"),
        ("UserORM", "app_users", "{One}", "app_users"),
        ("DataModel", "data_models", "{One}", "data_models"),
        ("FAQ", "faq", "{One}", "faqs"),
        ("Session", "user_sessions", "{One}", "user_sessions"),
    ],
)
def test_a_name_by_which_references_find_it(
    name: str, table: str, pattern: str, expected: str
) -> None:
    app = profile()
    own = model(name, table)
    app = replace(
        app,
        style=replace(app.style, model_class=pattern),
        orm=replace(app.orm, models=(model("Other", "others"), own)),
    )
    found = name_model(own, app)
    assert found.many == expected
    assert find_model(app, found) == own


@pytest.mark.parametrize(("name", "table"), [("Session", "sessions"), ("Import", "import")])
def test_names_that_no_resource_has(name: str, table: str) -> None:
    with pytest.raises(NotUnderstoodError, match="no name that a resource can have") as error:
        name_model(model(name, table), profile())
    assert error.value.problems[0].line == 3


def test_a_model_behind_another() -> None:
    app = profile()
    first = model("User", "users")
    app = replace(app, orm=replace(app.orm, models=(first,)))
    second = replace(first, symbol=replace(first.symbol, at=Place("old.py", 9)))
    with pytest.raises(NotUnderstoodError) as error:
        name_model(second, app)
    assert error.value.problems[0].hint == "another model comes first by each of its names"
