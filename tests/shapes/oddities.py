"""Encodings, indentation, broken neighbours, links, and languages."""

from __future__ import annotations

import re

from tests.shapes.parts import layered
from tests.shapes.shape import Shape


def _crlf(files: dict[str, bytes]) -> dict[str, bytes]:
    return {name: text.replace(b"\n", b"\r\n") for name, text in files.items()}


def _bom(files: dict[str, bytes]) -> dict[str, bytes]:
    return {n: b"\xef\xbb\xbf" + t if n.endswith("main.py") else t for n, t in files.items()}


def _no_last_line_end(files: dict[str, bytes]) -> dict[str, bytes]:
    return {name: text.rstrip(b"\n") for name, text in files.items()}


def _tabs(files: dict[str, bytes]) -> dict[str, bytes]:
    def tabbed(match: re.Match[bytes]) -> bytes:
        return b"\t" * (len(match[0]) // 4)

    return {n: re.sub(rb"^(?:    )+", tabbed, t, flags=re.MULTILINE) for n, t in files.items()}


def _utf16(files: dict[str, bytes]) -> dict[str, bytes]:
    return files | {
        "requirements.txt": "fastapi==0.115.0\r\nSQLAlchemy==2.0.30\r\n".encode("utf-16")
    }


def _single(files: dict[str, bytes]) -> dict[str, bytes]:
    return {n: t.replace(b'"', b"'") if n.endswith(".py") else t for n, t in files.items()}


SHAPES = [
    Shape("windows_line_ends", layered(), bytes=_crlf),
    Shape("byte_order_mark", layered(), bytes=_bom),
    Shape("no_last_line_end", layered(), bytes=_no_last_line_end),
    Shape(
        "tabs",
        layered(
            main="""
from fastapi import FastAPI


def create_app() -> FastAPI:
    from app.routers import users

    app = FastAPI()
    app.include_router(users.router)
    return app


app = create_app()
"""
        ),
        bytes=_tabs,
        entry=None,
        has={"app/routers/widgets.py": ("\n\t",)},
    ),
    Shape("utf16_requirements", layered(), bytes=_utf16),
    Shape(
        "single_quotes",
        layered(),
        bytes=_single,
        has={"app/routers/widgets.py": ("prefix='/widgets', tags=['widgets']",)},
    ),
    Shape(
        "newer_syntax_at_the_site",
        layered(
            main="""
from fastapi import FastAPI

from app.routers import users

app = FastAPI()
app.include_router(users.router)

try:
    import uvloop
except ImportError, AttributeError:
    uvloop = None
"""
        ),
        serve=None,
    ),
    Shape(
        "newer_syntax_in_a_base_class",
        layered()
        + """
--- app/generic.py
class Repository[T]:
    def get(self, id: int) -> T | None: ...

type Pair[T] = tuple[T, T]
""",
    ),
    Shape(
        "broken_and_dead_files",
        layered()
        + """
--- app/broken.py
def (
--- app/routers/old_users.py
# router = APIRouter()
# @router.get("/old")
import nothing_that_exists
--- notebooks/main.py
app = FastAPI(
--- app/models/draft.py
from app.database import Base
class Draft(Base):
    __tablename__ = "drafts"
    broken = (
--- frontend/node_modules/x/main.py
from fastapi import FastAPI
app = FastAPI()
--- venv/lib/python3.12/site-packages/thing/main.py
from fastapi import FastAPI
app = FastAPI()
""",
    ),
    Shape(
        "commented_out_code",
        layered(
            main="""
from fastapi import FastAPI

# from app.database import Base, engine
from app.routers import users

# Base.metadata.create_all(bind=engine)
# app = FastAPI(docs_url=None)
app = FastAPI()

# app.include_router(admin.router, prefix="/admin")
app.include_router(users.router)
# app.include_router(old.router)
"""
        ),
    ),
    Shape("link_to_itself", layered(), link=("app/self", "../app")),
    Shape(
        "docstrings_in_another_language",
        layered(
            main='''
"""Главный модуль приложения."""

from fastapi import FastAPI

from app.routers import users

app = FastAPI(title="Приложение")
app.include_router(users.router)
'''
        ),
    ),
    Shape(
        "catch_all_stays_last",
        layered(
            main="""
from fastapi import FastAPI

from app.routers import users

app = FastAPI()
app.include_router(users.router)


@app.get("/{path:path}")
def pages(path: str):
    return {"page": path}
"""
        ),
    ),
    Shape(
        "operation_ids_of_tags",
        layered(
            main="""
from fastapi import FastAPI
from fastapi.routing import APIRoute

from app.routers import users


def unique_id(route: APIRoute) -> str:
    return f"{route.tags[0]}-{route.name}"


app = FastAPI(generate_unique_id_function=unique_id)
app.include_router(users.router)
"""
        ),
    ),
    Shape(
        "a_module_in_the_way",
        layered() + "--- app/services.py\n\ndef send_mail(): ...\n--- app/repositories.py\nx = 1\n",
    ),
    Shape(
        "two_spaces",
        layered(),
        bytes=lambda files: {
            n: re.sub(rb"^(?:    )+", lambda m: b"  " * (len(m[0]) // 4), t, flags=re.MULTILINE)
            for n, t in files.items()
        },
        has={"app/models/widget.py": ("\n  __tablename__",)},
    ),
]
