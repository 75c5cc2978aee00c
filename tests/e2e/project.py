"""A copy of an example under git, and the commands that a person would type in it."""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
from sqlalchemy import make_url

from tests.e2e.apps import ExampleApp

PYTHON = sys.executable
TOOLS = Path(PYTHON).parent


@dataclass(frozen=True, slots=True)
class Project:
    """A project on disk; ``root`` is a git repository with one commit of what was there."""

    app: ExampleApp
    root: Path

    @classmethod
    def copy(cls, app: ExampleApp, folder: Path) -> Project:
        """Copy the example into the folder and commit it."""
        root = folder / app.name
        ignore = shutil.ignore_patterns("__pycache__", "*.db", ".*_cache")
        shutil.copytree(app.source, root, ignore=ignore)
        project = cls(app, root)
        project.git("init", "--quiet", "--initial-branch=main")
        exclude = root / ".git" / "info" / "exclude"
        exclude.parent.mkdir(exist_ok=True)
        exclude.write_text("__pycache__/\n*.db\n.*_cache/\n")
        project.commit("As it was")
        return project

    @property
    def home(self) -> Path:
        """Where the app's own commands are typed."""
        return self.root / self.app.home

    def run(
        self,
        *command: str,
        cwd: Path | None = None,
        env: dict[str, str] | None = None,
        check: bool = True,
    ) -> subprocess.CompletedProcess[str]:
        """Run a command to its end; with ``check``, a failure shows everything that it said."""
        # Bytecode on disk halves the time of every command.
        drop = ("COV_", "COVERAGE_", "PYTEST_", "GIT_", "PYTHONDONTWRITEBYTECODE")
        environment = {key: value for key, value in os.environ.items() if not key.startswith(drop)}
        done = subprocess.run(
            command,
            cwd=cwd or self.home,
            env=environment | {"NO_COLOR": "1", "COLUMNS": "100"} | (env or {}),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        if check:
            said = f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
            assert done.returncode == 0, f"exit {done.returncode} of {said}"
        return done

    def fastarch(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run fastarch in the project."""
        return self.run(PYTHON, "-m", "fastarch", *arguments, check=check)

    def git(self, *arguments: str) -> str:
        """Run git in the project's root."""
        identity = ("-c", "user.name=Example", "-c", "user.email=example@example.com")
        return self.run("git", *identity, *arguments, cwd=self.root).stdout

    def commit(self, message: str) -> None:
        """Commit everything."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)

    def created(self, suffix: str = "") -> list[str]:
        """New files since the last commit, from the root, bookkeeping left out."""
        names = self.git("ls-files", "--others", "--exclude-standard", "-z").split("\0")
        return sorted(
            name
            for name in names
            if name and name.endswith(suffix) and not name.startswith(".fastarch/")
            and "/.fastarch/" not in name
        )  # fmt: skip

    def changed(self) -> list[str]:
        """Files of the last commit that are no longer as they were."""
        return [name for name in self.git("diff", "--name-only", "-z", "HEAD").split("\0") if name]

    def committed(self, name: str) -> bytes:
        """A file as it was at the last commit."""
        return subprocess.run(
            ["git", "show", f"HEAD:{name}"], cwd=self.root, capture_output=True, check=True
        ).stdout

    def snapshot(self) -> dict[str, str]:
        """A digest of every file that git does not ignore."""
        names = self.git("ls-files", "--cached", "--others", "--exclude-standard", "-z")
        return {
            name: hashlib.sha256((self.root / name).read_bytes()).hexdigest()
            for name in sorted(names.split("\0"))
            if name and (self.root / name).is_file()
        }

    def database(self, url: str) -> dict[str, str]:
        """The variables that point the app at a database, whose URL names no driver."""
        parsed = make_url(url)
        driver = self.app.drivers[0 if parsed.get_backend_name() == "sqlite" else 1]
        text = parsed.set(drivername=driver).render_as_string(hide_password=False)
        return {self.app.database: text}

    def pytest(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the app's tests as they are, without the plugins of fastarch's own."""
        plain = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        options = ("-q", "-p", "anyio", "-p", "no:cacheprovider")
        return self.run(PYTHON, "-m", "pytest", *options, *arguments, env=plain)

    def alembic(self, env: dict[str, str], *arguments: str) -> str:
        """Run Alembic where the app's people do."""
        return self.run(PYTHON, "-m", "alembic", *arguments, env=env).stdout

    def make_tables(self, env: dict[str, str]) -> None:
        """Bring the database up to date; apps without Alembic do that when they start."""
        if self.app.migrates:
            self.alembic(env, "upgrade", "head")

    @contextmanager
    def serve(self, env: dict[str, str]) -> Iterator[httpx2.Client]:
        """Serve the app over HTTP on a free port; the client's errors are the test's."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command = [
            PYTHON, "-m", "uvicorn", self.app.target, "--port", str(port),
            "--app-dir", self.app.app_dir, "--log-level", "warning",
        ]  # fmt: skip
        if self.app.factory:
            command.append("--factory")
        log = self.root / ".git" / "server.log"
        with (
            log.open("wb") as output,
            subprocess.Popen(
                command, cwd=self.home, env=os.environ | env, stdout=output, stderr=output
            ) as server,
            httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=20) as client,
        ):
            try:
                deadline = time.monotonic() + 30
                while not _answers(port):
                    assert server.poll() is None, log.read_text()
                    assert time.monotonic() < deadline, log.read_text()
                    time.sleep(0.05)
                yield client
            finally:
                server.terminate()
        said = log.read_text()
        assert "Traceback" not in said, said


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
