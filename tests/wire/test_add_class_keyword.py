"""A class's keyword argument: what the class says itself stays."""

from __future__ import annotations

import pytest

from fastarch.wire.add_class_keyword import AddClassKeyword
from fastarch.wire.edit import Already

EDIT = AddClassKeyword("Settings", "hide_input_in_errors", "True")


@pytest.mark.parametrize(
    "source",
    [
        "class Settings(Base, hide_input_in_errors=False): ...\n",
        "class Settings(Base):\n    model_config = Config(hide_input_in_errors=False)\n",
        'class Settings(Base):\n    model_config = {"hide_input_in_errors": False}\n',
        "class Settings(Base):\n    class Config:\n        hide_input_in_errors = False\n",
    ],
)
def test_what_is_said_already_stays(source: str) -> None:
    assert EDIT.apply(source.encode()) == Already()
    assert EDIT.revert(source.encode()) == Already()
