"""How new code is to be formatted."""

from __future__ import annotations

from pathlib import Path

import pytest

from fastarch.discover.formatting import formatting
from fastarch.discover.profile import Formatting
from tests.discover.apps import write

DOUBLE = b'x = "a"\ny = "b"\nz = \'c\'\n'
SINGLE = b"x = 'a'\ny = 'b'\nz = \"c\"\n"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, Formatting(None, 88, "single")),
        (
            {"pyproject.toml": "[tool.ruff]\nline-length = 120\n"},
            Formatting("pyproject.toml", 120, "double"),
        ),
        (
            {
                "ruff.toml": "line-length = 99\n[format]\nquote-style = 'single'\nindent-style = 'tab'\n"
            },
            Formatting("ruff.toml", 99, "single", "\t"),
        ),
        (
            {".ruff.toml": "[format]\nquote-style = 'preserve'\n"},
            Formatting(".ruff.toml", 88, "single"),
        ),
        # The nearest one counts, and it may extend another.
        (
            {
                "ruff.toml": "line-length = 99\n",
                "app/ruff.toml": "extend = '../ruff.toml'\n[format]\nquote-style = 'single'\n",
            },
            Formatting("app/ruff.toml", 99, "single"),
        ),
        (
            {"pyproject.toml": "[project]\nname = 'x'\n", "app/ruff.toml": "indent-width = 2\n"},
            Formatting("app/ruff.toml", 88, "double", "  "),
        ),
        ({"pyproject.toml": "[tool.black]\nline-length = 100\n"}, Formatting(None, 100, "double")),
        (
            {
                "pyproject.toml": "[tool.black]\nline-length = 79\nskip-string-normalization = true\n"
            },
            Formatting(None, 79, "single"),
        ),
        ({"pyproject.toml": "not toml at all ["}, Formatting(None, 88, "single")),
    ],
)
def test_configuration(tmp_path: Path, files: dict[str, str], expected: Formatting) -> None:
    write(tmp_path, files)

    assert formatting(tmp_path, "app/routers", [SINGLE]) == expected


@pytest.mark.parametrize(
    ("sample", "expected"),
    [
        (DOUBLE, Formatting()),
        (SINGLE, Formatting(quotes="single")),
        (b"def f():\n\treturn 1\n", Formatting(indent="\t")),
        (b"class A:\r\n  x = 1\r\n", Formatting(indent="  ")),
        (b"", Formatting()),
        (
            b"x = 1\n" + b"y = '%s'\n" % (b"a" * 105) * 40,
            Formatting(line_length=120, quotes="single"),
        ),
        (b"y = 1  # %s\n" % (b"a" * 65) * 40, Formatting(line_length=79)),
    ],
)
def test_neighbours(tmp_path: Path, sample: bytes, expected: Formatting) -> None:
    assert formatting(tmp_path, ".", [sample]) == expected
