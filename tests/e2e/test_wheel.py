"""The built wheel, installed into a clean environment, scaffolds."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

from tests.e2e.apps import BY_NAME, PRODUCTS, ROOT
from tests.e2e.project import Project


def run(*command: str, cwd: Path = ROOT) -> str:
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    return subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, check=True, timeout=300
    ).stdout


def pins(folder: Path) -> Path:
    """The pinned versions without hashes, with which pip takes no file of ours, and extras."""
    text = (ROOT / ".ci" / "constraints.txt").read_text()
    plain = folder / "constraints.txt"
    lines = re.findall(r"^[a-z][^\\\n]*", text, flags=re.MULTILINE)
    plain.write_text("".join(re.sub(r"\[.*?\]", "", line) + "\n" for line in lines))
    return plain


def test_an_installed_wheel_scaffolds(tmp_path: Path) -> None:
    pip = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")
    run(*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(tmp_path), str(ROOT))
    (wheel,) = tmp_path.glob("fastarch-*.whl")
    inside = set(zipfile.ZipFile(wheel).namelist())
    templates = ROOT / "templates"
    for path in templates.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            assert f"fastarch/templates/{path.relative_to(templates).as_posix()}" in inside
    assert "fastarch/py.typed" in inside

    clean = tmp_path / "clean"
    venv.create(clean, symlinks=os.name != "nt")
    scripts = clean / ("Scripts" if os.name == "nt" else "bin")
    python = str(scripts / "python")
    run(*pip, "--python", python, "install", "--constraint", str(pins(tmp_path)), str(wheel))

    project = Project.copy(BY_NAME["library"], tmp_path)
    assert run(str(scripts / "fastarch"), "--version").startswith("fastarch ")
    where = run(python, "-c", "import fastarch; print(fastarch.__file__)", cwd=tmp_path)
    assert Path(where.strip()).is_relative_to(clean)
    run(str(scripts / "fastarch"), "new", "resource", *PRODUCTS, cwd=project.root)
    assert "app/models/product.py" in project.created()
    before = project.snapshot()
    run(python, "-m", "fastarch", "new", "resource", *PRODUCTS, cwd=project.root)
    assert project.snapshot() == before
