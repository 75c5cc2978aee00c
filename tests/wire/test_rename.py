"""Names of a module's scope are replaced where code means them, and nowhere else."""

from __future__ import annotations

import libcst as cst
import pytest

from fastarch.wire.rename import renamed

NAMES = {"Field": "PydanticField", "date": "datetime_date"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = Field(1)", "x = PydanticField(1)"),
        ("x = a.Field(Field=Field)", "x = a.Field(Field=PydanticField)"),
        ("x = Field.of(date.today)", "x = PydanticField.of(datetime_date.today)"),
        (
            "class A(Field):\n    Field: Field = Field()",
            "class A(PydanticField):\n    Field: PydanticField = PydanticField()",
        ),
        (
            "class A:\n    date: 'list[date | None]' = d['date']",
            "class A:\n    date: 'list[datetime_date | None]' = d['date']",
        ),
        (
            "x: Annotated['date', Query(doc='date')]",
            "x: Annotated['datetime_date', Query(doc='date')]",
        ),
        ("x: Literal['date', 'x']", "x: Literal['date', 'x']"),
        ("x: Mapped['a.date']", "x: Mapped['a.date']"),
        (
            "def f(date: date = date.x) -> date:\n    return date, Field",
            "def f(date: datetime_date = datetime_date.x) -> datetime_date:\n    return date, PydanticField",
        ),
        ("def f():\n    date = 1\n    return date", "def f():\n    date = 1\n    return date"),
        (
            "def f():\n    global date\n    date = date",
            "def f():\n    global date\n    date = datetime_date",
        ),
        ("def f():\n    with x as Field:\n        return Field", None),
        ("def f():\n    from m import Field\n    return Field", None),
        ("def f():\n    for a, (Field, b) in c:\n        Field()", None),
        ("def f():\n    def Field(): ...\n    return Field", None),
        ("x = lambda Field: Field", None),
        ("x = lambda y=Field: y, Field", "x = lambda y=PydanticField: y, PydanticField"),
        ("x = [Field for Field in y]", None),
        ("x = {a: Field for a in date}", "x = {a: PydanticField for a in datetime_date}"),
        ("x = f'{Field} date'", "x = f'{PydanticField} date'"),
        (
            "@Field\nasync def date():\n    await Field",
            "@PydanticField\nasync def date():\n    await PydanticField",
        ),
        ("Mine = list[Field]", "Mine = list[PydanticField]"),
        ("type Mine = list[Field]", "type Mine = list[PydanticField]"),
    ],
)
def test_renamed(before, after):
    (statement,) = cst.parse_module(f"{before}\n").body
    assert cst.Module([renamed(statement, NAMES)]).code == f"{before if after is None else after}\n"
