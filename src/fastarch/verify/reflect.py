"""Run by the user's interpreter, by path: read a table of a database and write what it is.

It depends on SQLAlchemy as the project has it, and on no syntax newer than Python 3.8: fastarch is
not installed there. On stdin: ``{"url": …, "table": … or null}``. Argument: file for the answer:
``{"tables": […]}``, ``{"table": …}`` or ``{"error": …, "kind": …}``.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import sys
from types import TracebackType
from typing import Any, Callable  # noqa: UP035 - evaluated by Python 3.8

# Drivers to try where the one that is named, or the default one, is not installed.
DRIVERS: dict[str, list[str]] = {
    "postgresql": ["psycopg", "psycopg2", "pg8000", "asyncpg"],
    "sqlite": ["pysqlite", "aiosqlite"],
    "mysql": ["pymysql", "mysqldb", "mysqlconnector", "asyncmy", "aiomysql"],
    "mariadb": ["pymysql", "mysqldb", "mariadbconnector", "asyncmy", "aiomysql"],
}


class Refused(Exception):  # noqa: N818 - no error of the program
    """What was asked for cannot be done; its kind says whose fault it is."""

    def __init__(self, kind: str, message: str, names: list[str] | None = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.names = names or []


def write(path: str, answer: dict[str, Any]) -> None:
    """Leave an answer, whole or not at all."""
    with open(path + ".part", "w", encoding="utf-8") as file:  # noqa: PTH123
        json.dump(answer, file, default=str)
    os.replace(path + ".part", path)  # noqa: PTH105


def urls(text: str) -> list[Any]:
    """The URL, then the same with other drivers of the database."""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        url = make_url(text)
    except (ArgumentError, ValueError) as error:
        raise Refused("url", str(error)) from error
    backend, _, driver = url.drivername.partition("+")
    if backend == "postgres":  # as many hosts write it
        backend = "postgresql"
        url = url.set(drivername="+".join(part for part in (backend, driver) if part))
    if backend == "sqlite":
        name = url.database or ""
        in_memory = not name or name == ":memory:" or name.startswith("file:")
        if not in_memory and not os.path.isfile(name):  # noqa: PTH113 - it would be created
            raise Refused("url", "there is no database file " + name)
    others = [name for name in DRIVERS.get(backend, []) if name != driver]
    return [url] + [url.set(drivername=backend + "+" + name) for name in others]


def connected(text: str, work: Callable[[Any], Any]) -> Any:  # noqa: ANN401
    """Call ``work`` with a connection, by the first driver that is installed."""
    from sqlalchemy import create_engine
    from sqlalchemy.exc import NoSuchModuleError

    missing = ""
    for number, url in enumerate(urls(text)):
        try:
            if url.get_dialect().is_async:
                from sqlalchemy.ext.asyncio import create_async_engine

                importlib.import_module("greenlet")  # what an asynchronous engine works with
                return asyncio.run(run_async(create_async_engine(url), work))
            engine = create_engine(url)
        except NoSuchModuleError as error:
            if number == 0:
                raise Refused("url", str(error)) from error
            continue
        except ImportError as error:
            missing = missing or str(error)
            continue
        try:
            with engine.connect() as connection:
                return work(connection)
        finally:
            engine.dispose()
    raise Refused("driver", missing)


async def run_async(engine: Any, work: Callable[[Any], Any]) -> Any:  # noqa: ANN401
    """As ``connected``, with an engine whose driver is asynchronous."""
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(work)
    finally:
        await engine.dispose()


def column_type(found: Any) -> dict[str, Any]:  # noqa: ANN401
    """A type: its name, sizes, words and what an array holds."""
    told: dict[str, Any] = {"name": type(found).__name__, "text": ""}
    try:
        told["text"] = str(found)
    except Exception:  # noqa: BLE001 - a type of a dialect that has no spelling outside of it
        told["text"] = type(found).__name__
    for key in ("length", "precision", "scale"):
        value = getattr(found, key, None)
        if isinstance(value, int) and not isinstance(value, bool):
            told[key] = value
    told["timezone"] = bool(getattr(found, "timezone", False))
    told["native"] = bool(getattr(found, "native_enum", False))
    told["enums"] = [str(word) for word in (getattr(found, "enums", None) or [])]
    item = getattr(found, "item_type", None)
    if item is not None:
        told["item"] = column_type(item)
        told["nested"] = (getattr(found, "dimensions", None) or 1) > 1
    return told


def optional(call: Callable[..., Any], empty: Any, *words: Any) -> Any:  # noqa: ANN401
    """What an inspector tells, where the database's dialect knows of it."""
    try:
        return call(*words)
    except NotImplementedError:
        return empty


def sqlite_rules(
    inspector: Any,  # noqa: ANN401
    table: str,
    schema: str | None,
) -> dict[str, str]:
    """``ON DELETE`` by column; of SQLite, SQLAlchemy tells that of some foreign keys only."""
    if inspector.dialect.name != "sqlite":
        return {}
    quote = inspector.dialect.identifier_preparer.quote_identifier
    owner = quote(schema) + "." if schema else ""
    pragma = "PRAGMA " + owner + "foreign_key_list(" + quote(table) + ")"
    return {row[3]: row[6] for row in inspector.bind.exec_driver_sql(pragma)}


def described(inspector: Any, table: str, schema: str | None) -> dict[str, Any]:  # noqa: ANN401
    """All that is known of a table."""
    columns = [
        {
            "name": column["name"],
            "type": column_type(column["type"]),
            "nullable": bool(column.get("nullable", True)),
            "default": column.get("default"),
            "computed": bool(column.get("computed")),
            "identity": bool(column.get("identity")),
            "comment": column.get("comment"),
        }
        for column in inspector.get_columns(table, schema)
    ]
    rules = sqlite_rules(inspector, table, schema)
    if inspector.dialect.name == "sqlite":
        for column in columns:
            # It has no type for moments; their zones are no question there.
            column["type"]["timezone"] = column["type"]["name"] in ("DATETIME", "TIMESTAMP")
    keys = [
        {
            "columns": key["constrained_columns"],
            "table": key["referred_table"],
            "schema": key.get("referred_schema"),
            "others": key["referred_columns"],
            "ondelete": (key.get("options") or {}).get("ondelete")
            or rules.get(key["constrained_columns"][0]),
        }
        for key in inspector.get_foreign_keys(table, schema)
    ]
    indexes = [
        {
            "name": index["name"],
            "columns": index["column_names"],
            "unique": bool(index.get("unique")),
            "special": bool(index.get("expressions"))
            or any(
                value is not None and value != {} and key.endswith(("_where", "_ops"))
                for key, value in (index.get("dialect_options") or {}).items()
            ),
        }
        for index in inspector.get_indexes(table, schema)
    ]
    uniques = optional(inspector.get_unique_constraints, [], table, schema)
    checks = optional(inspector.get_check_constraints, [], table, schema)
    comment = optional(inspector.get_table_comment, {}, table, schema) or {}
    referred = {key["referred_table"] for key in inspector.get_foreign_keys(table, schema)}
    return {
        "name": table,
        "columns": columns,
        "primary": inspector.get_pk_constraint(table, schema).get("constrained_columns") or [],
        "foreign": keys,
        "uniques": [{"name": one.get("name"), "columns": one["column_names"]} for one in uniques],
        "indexes": indexes,
        "checks": [one["sqltext"] for one in checks],
        "comment": comment.get("text"),
        "targets": {
            other: inspector.get_pk_constraint(other, schema).get("constrained_columns") or []
            for other in sorted(referred)
            if other in inspector.get_table_names(schema)
        },
    }


def reflect(connection: Any, wanted: str | None) -> dict[str, Any]:  # noqa: ANN401
    """The table, or the names of all where none is named."""
    from sqlalchemy import inspect

    inspector = inspect(connection)
    names: list[str] = inspector.get_table_names()
    if wanted is None:
        return {"tables": sorted(names)}
    schema: str | None = None
    table = wanted
    if table not in names and "." in table:
        schema, _, table = wanted.rpartition(".")
        known = inspector.get_schema_names()
        names = inspector.get_table_names(schema) if schema in known else names
    if table not in names:
        raise Refused("table", "there is no table " + wanted, sorted(names))
    return {"table": {**described(inspector, table, schema), "schema": schema}}


def main() -> None:
    """Read, answer; end the process at once, whatever threads a driver has started."""
    answer = sys.argv[1]
    asked: dict[str, Any] = json.load(sys.stdin)

    def failed(
        type_: type[BaseException], error: BaseException, _trace: TracebackType | None
    ) -> None:
        kind = getattr(error, "kind", "")
        if not kind:
            kind = "sqlalchemy" if getattr(error, "name", "") == "sqlalchemy" else "connect"
        names = getattr(error, "names", [])
        text = str(getattr(error, "orig", None) or error).strip()
        write(answer, {"error": text, "kind": kind, "names": names, "type": type_.__name__})
        os._exit(1)

    sys.excepthook = failed
    write(answer, connected(asked["url"], lambda connection: reflect(connection, asked["table"])))
    os._exit(0)


if __name__ == "__main__":
    main()
