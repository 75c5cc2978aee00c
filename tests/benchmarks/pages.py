"""A million rows: the last page against the first one, by cursor, by offset and with no pages.

The endpoint is written by hand and gets its pages from ``fastarch add pagination``. The one without
pages is asked on a tenth of the rows: all of them at once are more than a machine should hold.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from fastapi.testclient import TestClient
from measure import ENVIRONMENT, PYTHON, ROOT, run
from sqlalchemy import Engine

from tests.services import postgres_database
from tests.shapes.shape import unpack

ROWS = 1_000_000
ROUNDS = 101
BAR = 1.2
APP = """
--- requirements.txt
fastapi
sqlalchemy>=2
--- app/__init__.py
--- app/db.py
import os

from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, sessionmaker

engine = create_engine(os.environ["DATABASE_URL"])
SessionLocal = sessionmaker(bind=engine)


class Base(DeclarativeBase):
    pass


def get_db():
    with SessionLocal() as db:
        yield db
--- app/models.py
from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class Event(Base):
    __tablename__ = "events"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    happened: Mapped[datetime]
--- app/main.py
from datetime import datetime

from fastapi import Depends, FastAPI
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import get_db
from app.models import Event

app = FastAPI()


class EventOut(BaseModel):
    id: int
    name: str
    happened: datetime


@app.get("/events", response_model=list[EventOut])
def list_events(db: Session = Depends(get_db)):
    return db.scalars(select(Event).order_by(Event.happened.desc())).all()
"""
KINDS = {"no pages": None, "cursor": "cursor", "offset": "offset"}


def main() -> int:
    """Measure on SQLite and on PostgreSQL; 0 if the last page costs no more than the bar."""
    if len(sys.argv) > 1:
        return inside(sys.argv[1], sys.argv[2])
    holds = True
    print(f"{ROWS:,} rows, medians of {ROUNDS} requests in milliseconds", flush=True)
    print(f"{'':12} {'':10} {'first':>9} {'last':>9} {'ratio':>7}")
    with tempfile.TemporaryDirectory() as folder, postgres_database() as server:
        roots = {
            name: _app(Path(folder) / name.replace(" ", "_"), by) for name, by in KINDS.items()
        }
        urls = {
            "SQLite": f"sqlite:///{folder}/bench.db",
            "PostgreSQL": server.replace("postgresql:", "postgresql+psycopg:"),
        }
        for database, url in urls.items():
            told = {name: _measure(root, name, url) for name, root in roots.items()}
            for name, (first, last) in told.items():
                ratio = last / first if last else 0
                row = (
                    f"{last:9.2f} {ratio:7.2f}" if last else "  on a tenth of the rows, all of them"
                )
                print(f"{database:12} {name:10} {first:9.2f} {row}", flush=True)
            holds &= told["cursor"][1] / told["cursor"][0] <= BAR
    return 0 if holds else 1


def _app(root: Path, by: str | None) -> Path:
    for name, content in unpack(APP).items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    if by is not None:
        run([PYTHON, "-m", "fastarch", "add", "pagination", "events", "--by", by], root)
    return root


def _measure(root: Path, name: str, url: str) -> tuple[float, float]:
    done = subprocess.run(
        [PYTHON, __file__, name, str(root)],
        env={**ENVIRONMENT, "DATABASE_URL": url, "PYTHONPATH": f"{root}{os.pathsep}{ROOT / 'src'}"},
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(done.stderr)
    first, last = json.loads(done.stdout)
    return first, last


def inside(name: str, root: str) -> int:
    """In the app's own process: fill the table where it is empty, and ask."""
    sys.path.insert(0, root)
    from app.main import app
    from app.models import Base
    from sqlalchemy import create_engine, text

    engine = create_engine(os.environ["DATABASE_URL"])
    wanted = ROWS // 10 if name == "no pages" else ROWS
    Base.metadata.create_all(engine)
    for table in Base.metadata.tables.values():
        for index in table.indexes:  # what came along with the pages, on a table that was there
            index.create(engine, checkfirst=True)
    _fill(engine, wanted)
    with engine.begin() as connection:
        count = connection.scalar(text("SELECT count(*) FROM events"))
    assert count == wanted
    client = TestClient(app)
    if name == "no pages":
        print(json.dumps([_timed(client, "/events"), 0]))
        return 0
    last = _last_by_cursor(client) if name == "cursor" else f"/events?offset={ROWS - 50}"
    rows = client.get(last).json()
    assert len(rows) == 50
    assert rows[-1]["id"] == 1, rows[-1]
    firsts, lasts = [], []
    for _ in range(ROUNDS if name == "cursor" else 5):
        firsts.append(_timed(client, "/events"))
        lasts.append(_timed(client, last))
    print(json.dumps([statistics.median(firsts), statistics.median(lasts)]))
    return 0


def _timed(client: TestClient, url: str) -> float:
    started = time.perf_counter()
    client.get(url)
    return (time.perf_counter() - started) * 1000


def _fill(engine: Engine, rows: int) -> None:
    """Make the table as long as it has to be."""
    from sqlalchemy import text

    numbers, moment = (
        "generate_series(:low, :high) AS s(n)",
        "timestamp '2020-01-01' + n * interval '7 second'",
    )
    if engine.dialect.name == "sqlite":
        numbers = (
            "(WITH RECURSIVE s(n) AS (SELECT :low UNION ALL SELECT n + 1 FROM s WHERE n < :high)"
            " SELECT n FROM s)"
        )
        moment = "strftime('%Y-%m-%d %H:%M:%S.000000', 1577836800 + n * 7, 'unixepoch')"
    with engine.begin() as connection:
        low = connection.scalar(text("SELECT coalesce(max(id), 0) FROM events")) + 1
        if low <= rows:
            insert = f"INSERT INTO events SELECT n, 'Event ' || n, {moment} FROM {numbers}"
            connection.execute(text(insert), {"low": low, "high": rows})
            connection.execute(text("ANALYZE"))


def _last_by_cursor(client: TestClient) -> str:
    """The last page: the position of the row before it, sealed as a page seals its own."""
    from app import pagination

    link = client.get("/events").links["next"]["url"]
    (cursor,) = parse_qs(urlsplit(link).query)["cursor"]
    order, *_ = pagination._unsealed(cursor, "/events?")
    number = 51
    moment = datetime(2020, 1, 1) + timedelta(seconds=7 * number)  # noqa: DTZ001 - so is the column
    position = [order, {"datetime": moment.isoformat()}, number]
    return f"/events?cursor={pagination._sealed(position, '/events?')}"


if __name__ == "__main__":
    sys.exit(main())
