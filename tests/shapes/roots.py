"""Where the app is, and how it is started."""

from __future__ import annotations

from tests.shapes.parts import MAIN, layered, piece
from tests.shapes.shape import Shape

_PLACES = {
    "model": "app/models/widget.py",
    "schema": "app/schemas/widget.py",
    "router": "app/routers/widgets.py",
}


def _below(folder: str) -> dict[str, str]:
    return {role: f"{folder}/{path}" for role, path in _PLACES.items()}


SHAPES = [
    Shape(
        "root_backend",
        layered(folder="backend/app/"),
        entry="backend/app/main.py:app",
        site="backend/app/main.py",
        layout="layered",
        places=_below("backend"),
        serve="backend app.main:app",
    ),
    Shape(
        "root_src_namespace",
        layered(folder="src/app/", init=False),
        entry="src/app/main.py:app",
        site="src/app/main.py",
        places=_below("src"),
        serve="src app.main:app",
    ),
    Shape(
        "top_level_modules",
        layered("", "", init=False),
        entry="main.py:app",
        site="main.py",
        places={"model": "models/widget.py", "router": "routers/widgets.py"},
        serve=". main:app",
    ),
    Shape(
        "main_outside_the_package",
        layered(skip=("main.py",)) + "--- main.py\n" + piece(MAIN),
        entry="main.py:app",
        site="main.py",
        places=_PLACES,
        serve=". main:app",
    ),
    Shape(
        "server_folder_with_main_beside",
        layered(folder="server/app/", skip=("main.py",))
        + "--- server/run.py\n"
        + piece(MAIN)
        + '\nif __name__ == "__main__":\n    import uvicorn\n\n    uvicorn.run("run:app", reload=True)\n',
        entry="server/run.py:app",
        site="server/run.py",
        places=_below("server"),
        serve="server run:app",
    ),
    Shape(
        "relative_imports",
        layered(
            ".",
            main="""
from fastapi import FastAPI

from .routers import users

app = FastAPI()
app.include_router(users.router)
""",
        )
        .replace("from .database", "from ..database")
        .replace("from .models", "from ..models")
        .replace("from .schemas", "from ..schemas"),
        has={
            "app/main.py": ("from .routers import users, widgets",),
            "app/models/widget.py": ("from ..database import Base",),
        },
    ),
    Shape(
        "import_that_shadows_the_app",
        layered(
            main="""
import app.models.user
from fastapi import FastAPI

from app.routers import users

app = FastAPI()
app.include_router(users.router)
"""
        ),
        places=_PLACES,
    ),
    Shape(
        "subclass_of_fastapi",
        layered(
            main="""
from fastapi import FastAPI as Api

from app.routers import users


class Service(Api):
    def __init__(self, **more):
        super().__init__(title="Service", **more)


app: Service = Service(debug=True)
app.include_router(users.router)
"""
        ),
        places=_PLACES,
    ),
    Shape(
        "several_instances",
        layered(
            main="""
import typer
from fastapi import FastAPI

from app.routers import users

cli = typer.Typer() if False else None
admin = FastAPI(title="Admin")
app = FastAPI(title="API")


@admin.get("/stats")
def stats():
    return {}


app.include_router(users.router)
app.mount("/admin", admin)
""".replace("import typer\n", "").replace("cli = typer.Typer() if False else None\n", "")
        )
        + """
--- docs/tutorial/main.py
from fastapi import FastAPI
app = FastAPI()
--- tests/test_decoy.py
from fastapi import FastAPI
app = FastAPI()
""",
        places=_PLACES,
    ),
    Shape(
        "factory_by_dockerfile",
        layered(skip=("main.py",))
        + """
--- app/server.py
from fastapi import FastAPI


def build() -> FastAPI:
    from app.routers import users

    application = FastAPI()
    application.include_router(users.router)
    return application
--- old/main.py
from fastapi import FastAPI
app = FastAPI()
@app.get("/")
def old(): return {}
--- Dockerfile
FROM python:3.12
CMD ["uvicorn", "app.server:build", "--factory", "--host", "0.0.0.0"]
""",
        entry="app/server.py:build",
        site="app/server.py",
        serve=". app.server:build",
        has={
            "app/server.py": (
                "    from app.routers import users, widgets",
                "    application.include_router(widgets.router)",
            )
        },
    ),
    Shape(
        "entry_in_tool_fastapi",
        layered(skip=("main.py",))
        + "--- app/web.py\n"
        + piece(MAIN.replace("app =", "api =").replace("app.inc", "api.inc"))
        + """
--- app/legacy.py
from fastapi import FastAPI
from app.routers import users
app = FastAPI()
app.include_router(users.router)
--- pyproject.toml
[project]
name = "thing"
version = "0"
dependencies = ["fastapi", "sqlalchemy"]

[tool.fastapi]
entrypoint = "app.web:api"
""",
        entry="app/web.py:api",
        site="app/web.py",
        serve=". app.web:api",
    ),
    Shape(
        "entry_in_procfile",
        layered(skip=("main.py",))
        + "--- app/asgi.py\n"
        + piece(MAIN)
        + """
--- app/other.py
from fastapi import FastAPI
from app.routers import users
app = FastAPI()
app.include_router(users.router)
--- Procfile
web: gunicorn app.asgi:app -k uvicorn.workers.UvicornWorker
""",
        entry="app/asgi.py:app",
        site="app/asgi.py",
        serve=None,
    ),
    Shape(
        "entry_in_compose_below",
        layered(folder="api/app/", skip=("main.py",))
        + "--- api/app/asgi.py\n"
        + piece(MAIN)
        + """
--- api/app/other.py
from fastapi import FastAPI
from app.routers import users
app = FastAPI()
app.include_router(users.router)
--- docker-compose.yml
services:
  api:
    build: ./api
    command: bash -c "alembic upgrade head && uvicorn app.asgi:app --reload"
""",
        entry="api/app/asgi.py:app",
        site="api/app/asgi.py",
        serve="api app.asgi:app",
    ),
    Shape(
        "entry_in_makefile",
        layered(skip=("main.py",))
        + "--- app/asgi.py\n"
        + piece(MAIN)
        + """
--- app/other.py
from fastapi import FastAPI
from app.routers import users
app = FastAPI()
app.include_router(users.router)
--- Makefile
run:
	uvicorn app.asgi:app --reload
""",
        entry="app/asgi.py:app",
        site="app/asgi.py",
        serve=None,
    ),
    Shape(
        "entry_in_a_script",
        layered(skip=("main.py",))
        + "--- app/asgi.py\n"
        + piece(MAIN)
        + """
--- app/other.py
from fastapi import FastAPI
from app.routers import users
app = FastAPI()
app.include_router(users.router)
--- scripts/start.sh
#!/bin/sh
exec python -m uvicorn "app.asgi:app" --port 80
""",
        entry="app/asgi.py:app",
        site="app/asgi.py",
        serve=None,
    ),
    Shape(
        "app_in_package_init",
        layered(skip=("main.py", "__init__.py")) + "--- app/__init__.py\n" + piece(MAIN),
        entry="app/__init__.py:app",
        site="app/__init__.py",
        serve=". app:app",
    ),
    Shape(
        "factory_and_instance_apart",
        layered(skip=("main.py",))
        + """
--- app/factory.py
from fastapi import FastAPI

from app.routers import users


def register(application: FastAPI) -> None:
    application.include_router(users.router)


def create_app():
    application = FastAPI()
    register(application)

    @application.get("/health")
    def health():
        return {"ok": True}

    return application
--- app/main.py
from app.factory import create_app

app = create_app()
""",
        entry=None,
        site="app/factory.py",
        has={"app/factory.py": ("    application.include_router(widgets.router)",)},
    ),
]
