"""Where migrations live, which revision is the head, and how Alembic learns of models."""

from __future__ import annotations

from pathlib import Path

import pytest

from fastarch.discover import alembic
from fastarch.discover.database_facts import Alembic
from fastarch.discover.index import ModuleIndex
from tests.discover.apps import Files, write

INI = "[alembic]\nscript_location = alembic\n"
ENV = "from alembic import context\n{imports}\n\ndef run_migrations_online(): ...\n"
BASE = "class Base: ..."
MODELS: Files = {
    "app/__init__.py": "",
    "app/main.py": "from app.models import user\n",
    "app/db.py": BASE,
    "app/models/__init__.py": "",
    "app/models/user.py": "from app.db import Base\nclass User(Base): ...\n",
    "app/models/item.py": "from app.db import Base\nclass Item(Base): ...\n",
}
NAMES = ("app.models.user", "app.models.item")


def read(
    root: Path,
    files: Files,
    models: tuple[str, ...] = NAMES,
    path: str = "app/models/{one}.py",
    import_root: str = ".",
) -> Alembic | None:
    write(root, files)
    index = ModuleIndex(root, root / import_root)
    envs = alembic.environments(index.files())
    entry = index.at(next(name for name in files if name.endswith("main.py")))
    return alembic.find(index, envs, entry.path, models, path, entry)


def revision(name: str, down: str) -> str:
    return f'"""x"""\nrevision = "{name}"\ndown_revision = {down}\n'


@pytest.mark.parametrize(
    ("revisions", "heads"),
    [
        ({}, ()),
        ({"a": "None"}, ("a",)),
        ({"a": "None", "b": '"a"', "c": "'b'"}, ("c",)),
        ({"a": "None", "b": '"a"', "c": '"a"'}, ("b", "c")),
        ({"a": "None", "b": '"a"', "c": '"a"', "d": '("b", "c")'}, ("d",)),
        ({"a": "None", "b": '"a"', "c": '"a"', "d": '(\n    "b",\n    "c",\n)'}, ("d",)),
        ({"a": "None", "b": '"a"  # after a'}, ("b",)),
    ],
)
def test_heads(tmp_path: Path, revisions: dict[str, str], heads: tuple[str, ...]) -> None:
    files = {
        **MODELS,
        "alembic.ini": INI,
        "alembic/env.py": ENV.format(imports=""),
        **{
            f"alembic/versions/{name}_x.py": revision(name, down)
            for name, down in revisions.items()
        },
    }
    found = read(tmp_path, files)

    assert found is not None
    assert found.heads == heads
    assert found.versions == "alembic/versions"


def test_annotated_revisions(tmp_path: Path) -> None:
    """As newer templates of Alembic write them."""
    text = (
        "from typing import Sequence, Union\n\nrevision: str = 'b2'\n"
        "down_revision: Union[str, Sequence[str], None] = 'a1'\nbranch_labels: Union[str, None] = None\n"
    )
    found = read(
        tmp_path,
        {
            **MODELS,
            "alembic.ini": INI,
            "alembic/env.py": ENV.format(imports=""),
            "alembic/versions/1.py": revision("a1", "None"),
            "alembic/versions/2.py": text,
            "alembic/versions/notes.py": "# no revision\n",
        },
    )
    assert found is not None
    assert found.heads == ("b2",)


@pytest.mark.parametrize(
    ("files", "env", "ini"),
    [
        ({"alembic.ini": INI}, "alembic/env.py", "alembic.ini"),
        ({"alembic.ini": "[alembic]\nscript_location = %(here)s/db/migrations\n"}, "db/migrations/env.py", "alembic.ini"),
        ({"backend/alembic.ini": "[alembic]\nscript_location = app/alembic\n"}, "backend/app/alembic/env.py", "backend/alembic.ini"),
        ({"app/alembic.ini": "[alembic]\nscript_location = app:migrations\n"}, "app/migrations/env.py", "app/alembic.ini"),
        ({"pyproject.toml": '[tool.alembic]\nscript_location = "%(here)s/alembic"\n'}, "alembic/env.py", "pyproject.toml"),
        ({}, "migrations/env.py", None),
        (
            {"alembic.ini": "[alembic]\nfile_template = x\n[core]\nscript_location = m/core\n[tenant]\nscript_location = m/tenant\n"},
            "m/tenant/env.py", "alembic.ini",
        ),
    ],
)  # fmt: skip
def test_places(tmp_path: Path, files: dict[str, str], env: str, ini: str | None) -> None:
    text = ENV.format(imports="")
    made = {
        **MODELS,
        **files,
        env: text,
        f"{Path(env).parent}/versions/1.py": revision("a", "None"),
    }
    if "tenant" in env:
        made["m/core/env.py"] = text
    found = read(tmp_path, made)

    assert found is not None
    assert (found.env, found.ini) == (env, ini)
    assert found.heads == ("a",)
    assert found.at.file == (ini or env)


def test_decoys_are_no_environment(tmp_path: Path) -> None:
    files = {**MODELS, "env.py": "DEBUG = True\n", "app/env.py": "# alembic\n"}

    assert read(tmp_path, files) is None


def test_file_template(tmp_path: Path) -> None:
    ini = "[alembic]\nscript_location = alembic\nfile_template = %%(year)d_%%(rev)s_%%(slug)s\n"
    found = read(tmp_path, {**MODELS, "alembic.ini": ini, "alembic/env.py": ENV.format(imports="")})
    assert found is not None
    assert found.file_template == "%(year)d_%(rev)s_%(slug)s"


@pytest.mark.parametrize(
    ("imports", "more", "kind", "file"),
    [
        (
            "from app.db import Base\nfrom app.models.user import User\nimport app.models.item",
            {}, "imports", "alembic/env.py",
        ),
        ("from app.models import user, item", {}, "imports", "alembic/env.py"),
        (
            "from app.models import Base",
            {"app/models/__init__.py": "from .user import User\nfrom .item import Item\n"},
            "package", "app/models/__init__.py",
        ),
        (
            "from app.models import *",
            {"app/models/__init__.py": "from app.models.user import User\n__all__ = ['User']\n"},
            "package", "app/models/__init__.py",
        ),
        (
            "from app.base import Base",
            {"app/base.py": "from app.db import Base\nfrom app.models.user import User\nfrom app.models.item import Item\n"},
            "imports", "app/base.py",
        ),
        (
            "import pkgutil\nimport app.models\nfor m in pkgutil.walk_packages(app.models.__path__): ...",
            {}, "walk", None,
        ),
        (
            "import app.models",
            {"app/models/__init__.py": "import pkgutil\nfor m in pkgutil.iter_modules(__path__): ...\n"},
            "walk", None,
        ),
        ("from app.main import app", {}, "walk", None),
        ("from app.db import Base", {}, "none", None),
    ],
)  # fmt: skip
def test_registration(
    tmp_path: Path, imports: str, more: dict[str, str], kind: str, file: str | None
) -> None:
    files = {**MODELS, **more, "alembic.ini": INI, "alembic/env.py": ENV.format(imports=imports)}
    found = read(tmp_path, files)

    assert found is not None
    assert (found.registration, found.file) == (kind, file)


def test_one_module_for_all_models(tmp_path: Path) -> None:
    files = {
        "app/__init__.py": "",
        "app/main.py": "import app.models\n",
        "app/models.py": "class Base: ...\nclass User(Base): ...\n",
        "alembic.ini": INI,
        "alembic/env.py": ENV.format(imports="from app.models import Base"),
    }
    found = read(tmp_path, files, ("app.models",), "app/models.py")

    assert found is not None
    assert (found.registration, found.file) == ("shared", None)


def test_registry_of_feature_packages(tmp_path: Path) -> None:
    """A package that only lists the features' models is registered in, though none lies in it."""
    files = {
        "app/__init__.py": "",
        "app/main.py": "",
        "app/users/models.py": "class User: ...\n",
        "app/items/models.py": "class Item: ...\n",
        "app/models/__init__.py": "from app.users.models import User\nfrom app.items.models import Item\n",
        "alembic.ini": INI,
        "alembic/env.py": ENV.format(imports="from app import models"),
    }
    found = read(tmp_path, files, ("app.users.models", "app.items.models"), "app/{many}/models.py")

    assert found is not None
    assert (found.registration, found.file) == ("imports", "app/models/__init__.py")
