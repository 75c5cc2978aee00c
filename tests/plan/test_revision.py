"""The frame of a revision: its id, its file's name, and the app's own script.py.mako."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import alembic as library
import pytest

from fastarch.discover.database_facts import Alembic
from fastarch.discover.symbols import Place
from fastarch.errors import NotUnderstoodError
from fastarch.plan.blueprint import templates_folder
from fastarch.plan.revision import Revision, render_revision

NOW = datetime(2026, 3, 4, 5, 6, 7)  # noqa: DTZ001 - Alembic's own dates have no zone
OWN = (templates_folder() / "database/script.py.mako.jinja").read_text()
NEEDS = ("import sqlalchemy as sa", "from alembic import op")
REVISION = Revision("create products", 'op.create_table(\n    "a",\n)', 'op.drop_table("a")', NEEDS)


def setup(*heads: str, template: str = "%(rev)s_%(slug)s") -> Alembic:
    return Alembic(
        Place("migrations/env.py", 1),
        "migrations/env.py",
        "migrations/versions",
        heads=heads,
        file_template=template,
    )


def render(alembic: Alembic, template: str = OWN, revision: Revision = REVISION) -> tuple[str, str]:
    return render_revision(alembic, revision, NOW, template, OWN)


def run(text: str) -> dict[str, object]:
    names: dict[str, object] = {}
    exec(compile(text, "revision", "exec"), names)
    return names


@pytest.mark.parametrize(
    ("template", "file"),
    [
        ("%(rev)s_%(slug)s", "{rev}_create_products.py"),
        ("%%(rev)s_%%(slug)s", "{rev}_create_products.py"),
        (
            "%%(year)d_%%(month).2d_%%(day).2d_%%(hour).2d%%(minute).2d-%%(rev)s_%%(slug)s",
            "2026_03_04_0506-{rev}_create_products.py",
        ),
        ("%(year)d/%(second).2d_%(rev)s", "2026/07_{rev}.py"),
        ("%(slug)s", "create_products.py"),
    ],
)
def test_file_name(template: str, file: str) -> None:
    path, text = render(setup("abc", template=template))
    assert path == f"migrations/versions/{file.format(rev=run(text)['revision'])}"


def test_unknown_file_template() -> None:
    with pytest.raises(NotUnderstoodError, match="file_template"):
        render(setup(template="%(author)s_%(rev)s"))


@pytest.mark.parametrize(
    ("head", "expected"),
    [("3", "4"), ("0003", "0004"), ("0099", "0100"), ("0003_users", "0004_create_products")],
)
def test_numbered(head: str, expected: str) -> None:
    path, text = render(setup(head))
    assert run(text)["revision"] == expected
    assert path.count("create_products") == 1


def test_hashed() -> None:
    revision = run(render(setup("5f3a9c0d1b2e"))[1])
    assert len(str(revision["revision"])) == 12
    assert revision["down_revision"] == "5f3a9c0d1b2e"
    assert revision["revision"] == run(render(setup("5f3a9c0d1b2e"))[1])["revision"]
    assert revision["revision"] != run(render(setup())[1])["revision"]


def test_first() -> None:
    assert run(render(setup())[1])["down_revision"] is None


def test_several_heads() -> None:
    with pytest.raises(NotUnderstoodError, match=r"a1, b2") as error:
        render(setup("b2", "a1"))
    assert "merge heads" in (error.value.problems[0].hint or "")


def test_long_slug() -> None:
    message = "create " + " and ".join(f"resource {number}" for number in range(12))
    path, _ = render(setup(), revision=Revision(message, "pass", "pass"))
    assert len(Path(path).stem) <= 12 + 1 + 40


@pytest.mark.parametrize("name", ["generic", "async", "pyproject", "pyproject_async"])
def test_alembics_own_templates(name: str) -> None:
    folder = Path(library.__file__).parent / "templates" / name
    _, text = render(setup("abc"), (folder / "script.py.mako").read_text())
    names = run(text)
    assert names["down_revision"] == "abc"
    assert {"upgrade", "downgrade"} <= names.keys()
    assert "${" not in text
    assert "<%" not in text


def test_several_databases() -> None:
    folder = Path(library.__file__).parent / "templates/multidb"
    with pytest.raises(NotUnderstoodError, match="several databases"):
        render(setup("abc"), (folder / "script.py.mako").read_text())


OLD_STYLE = '''"""${message}

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}
Create Date: ${create_date}
"""
from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade():
\t${upgrades if upgrades else "pass"}


def downgrade():
\t${downgrades if downgrades else "pass"}
'''


def test_the_apps_own_style() -> None:
    _, text = render(setup("abc"), OLD_STYLE)
    assert 'def upgrade():\n\top.create_table(\n\t    "a",\n\t)\n' in text
    assert text.count("import sqlalchemy as sa") == 1
    assert "Sequence" not in text
    run(text)


@pytest.mark.parametrize(
    "template",
    [
        OLD_STYLE.replace("def upgrade", "<%! import re %>\ndef upgrade"),
        OLD_STYLE.replace("${message}", "${message.title()}"),
        OLD_STYLE.replace("def upgrade", "% if upgrades:\nX = 1\n% endif\ndef upgrade"),
        OLD_STYLE.replace('${imports if imports else ""}', ""),
        "",
    ],
)
def test_what_cannot_be_filled_is_replaced(template: str) -> None:
    assert render(setup("abc"), template) == render(setup("abc"), OWN)
