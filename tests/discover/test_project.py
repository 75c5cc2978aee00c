from __future__ import annotations

import pytest

from fastarch.discover.project import find_root, read_dependencies
from tests.discover.apps import write


@pytest.mark.parametrize(
    "marker", ["pyproject.toml", "requirements.txt", "requirements-dev.txt", "setup.py", ".git/"]
)
def test_the_root_is_the_nearest_folder_with_a_marker(tmp_path, marker):
    write(tmp_path, {"pyproject.toml": "", f"inner/{marker}": "", "inner/app/deep/x.py": ""})
    assert find_root(tmp_path / "inner" / "app" / "deep") == tmp_path / "inner"
    assert find_root(tmp_path) == tmp_path


@pytest.mark.parametrize(
    ("files", "file", "kind", "fastapi"),
    [
        ({"pyproject.toml": "[project]\ndependencies = ['FastAPI[standard]>=0.110,<1 ; python_version > \"3.8\"']\n"},
         "pyproject.toml", "pyproject", ">=0.110,<1"),
        ({"pyproject.toml": "[project]\nname='x'\ndependencies = []\n[dependency-groups]\nweb = ['fastapi==0.1']\n"},
         "pyproject.toml", "pyproject", "==0.1"),
        ({"pyproject.toml": "[tool.poetry.dependencies]\npython = '^3.11'\nfastapi = {version = '^0.115', extras = ['all']}\n"},
         "pyproject.toml", "poetry", "^0.115"),
        ({"requirements.txt": "# comment\nfastapi == 0.111.0  # pinned\n-e .\n"}, "requirements.txt", "requirements", "==0.111.0"),
        ({"requirements.txt": "-r requirements/base.txt\n", "requirements/base.txt": "fastapi~=0.1\n-r ../requirements.txt\n"},
         "requirements.txt", "requirements", "~=0.1"),
        ({"requirements.txt": "fastapi==0.116.1\r\nuvicorn==0.35\r\n".encode("utf-16")}, "requirements.txt", "requirements", "==0.116.1"),
        ({"requirements.txt": "fastapi==0.1 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n"}, "requirements.txt", "requirements", "==0.1"),
        ({"setup.py": "from setuptools import setup\nsetup(install_requires=['fastapi>=0.1', 'x'])\n"}, "setup.py", "setup", ">=0.1"),
        ({"setup.cfg": "[options]\ninstall_requires =\n    fastapi>=0.2\n    x\n"}, "setup.cfg", "setup", ">=0.2"),
        ({"Pipfile": "[packages]\nfastapi = '*'\n"}, "Pipfile", "other", "*"),
        ({"pyproject.toml": "[tool.black]\nline-length = 100\n", "requirements.txt": "fastapi\n"}, "requirements.txt", "requirements", "*"),
        ({"pyproject.toml": "not = = toml", "requirements.txt": "fastapi\n"}, "requirements.txt", "requirements", "*"),
        ({"pyproject.toml": "[project]\nname='workspace'\n", "backend/pyproject.toml": "[project]\ndependencies=['fastapi']\n"},
         "backend/pyproject.toml", "pyproject", "*"),
        ({"requirements-dev.txt": "pytest\n", "requirements.txt": "fastapi\n"}, "requirements.txt", "requirements", "*"),
        ({"pyproject.toml": "[project]\ndependencies=['fastapi']\n", "uv.lock": "[[package]]\nname = \"fastapi\"\nversion = \"0.120.1\"\n"},
         "pyproject.toml", "pyproject", "==0.120.1"),
    ],
)  # fmt: skip
def test_reads_what_is_declared(tmp_path, files, file, kind, fastapi):
    write(tmp_path, {"backend/app/main.py": "", **files})
    found, _, versions = read_dependencies(tmp_path, tmp_path / "backend" / "app")
    assert found is not None
    assert (found.file, found.kind, versions["fastapi"]) == (file, kind, fastapi)


def test_nothing_is_declared(tmp_path):
    assert read_dependencies(tmp_path, tmp_path) == (None, None, {})


@pytest.mark.parametrize(
    ("files", "python"),
    [
        ({"pyproject.toml": "[project]\nrequires-python = '>=3.10'\n"}, ">=3.10"),
        ({"pyproject.toml": "[tool.poetry.dependencies]\npython = '^3.11'\n"}, "^3.11"),
        ({"setup.cfg": "[options]\npython_requires = >=3.9\n"}, ">=3.9"),
        ({"Pipfile": "[requires]\npython_version = '3.12'\n"}, ">=3.12"),
        ({".python-version": "3.13.1\n"}, ">=3.13"),
        ({"ruff.toml": "target-version = 'py311'\n", ".python-version": "3.13.1\n"}, ">=3.11"),
        ({"pyproject.toml": "[tool.ruff]\ntarget-version = 'py312'\n"}, ">=3.12"),
        ({"requirements.txt": "fastapi"}, None),
    ],
)
def test_reads_the_python(tmp_path, files, python):
    write(tmp_path, files)
    assert read_dependencies(tmp_path, tmp_path)[1] == python


@pytest.mark.parametrize(
    "text",
    [
        '[project]\nname = "x"\ndependencies = ["fastapi"]\n[dependency-groups]\ndev = ["pytest>=8"]\n',
        (
            '[project]\nname = "x"\ndependencies = ["fastapi"]\n'
            '[project.optional-dependencies]\ntest = ["pytest"]\n'
        ),
        (
            '[tool.poetry.dependencies]\nfastapi = "^0.115"\n'
            '[tool.poetry.group.dev.dependencies]\npytest = "^8"\n'
        ),
        '[project]\nname = "x"\ndependencies = ["fastapi"]\n[tool.uv]\ndev-dependencies = ["pytest"]\n',
    ],
)
def test_packages_of_groups_are_known(tmp_path, text):
    (tmp_path / "pyproject.toml").write_text(text)
    dependencies, _, _ = read_dependencies(tmp_path, tmp_path)
    assert {"fastapi", "pytest"} <= dependencies.known
    assert "aiosqlite" not in dependencies.known


def test_packages_of_extras_are_known(tmp_path):
    text = "[options]\ninstall_requires = fastapi\n[options.extras_require]\ntest =\n    pytest\n"
    (tmp_path / "setup.cfg").write_text(text)
    dependencies, _, _ = read_dependencies(tmp_path, tmp_path)
    assert dependencies.known == {"fastapi", "pytest"}
