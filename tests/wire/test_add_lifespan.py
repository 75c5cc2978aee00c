"""The database's context manager, entered while the app runs."""

from __future__ import annotations

import pytest

from fastarch.wire.add_lifespan import AddLifespan
from fastarch.wire.edit import Already, Cannot, Changed

ON_APP = AddLifespan("app.database", "database_lifespan", on="app")
IN_FACTORY = AddLifespan("app.database", "database_lifespan", function="create_app")

CASES = {
    "no arguments": (
        ON_APP,
        "from fastapi import FastAPI\n\napp = FastAPI()\n",
        (
            "from fastapi import FastAPI\n\nfrom app.database import database_lifespan\n\n"
            "app = FastAPI(lifespan=database_lifespan)\n"
        ),
    ),
    "one argument for each line": (
        ON_APP,
        'from fastapi import FastAPI\n\napp = FastAPI(\n    title="x",  # its name\n    debug=True,\n)\n',
        (
            "from fastapi import FastAPI\n\nfrom app.database import database_lifespan\n\n"
            'app = FastAPI(\n    title="x",  # its name\n    debug=True,\n    lifespan=database_lifespan,\n)\n'
        ),
    ),
    "keywords from elsewhere come last": (
        ON_APP,
        "import fastapi\n\napp = fastapi.FastAPI(**options)\n",
        (
            "import fastapi\n\nfrom app.database import database_lifespan\n\n"
            "app = fastapi.FastAPI(lifespan=database_lifespan, **options)\n"
        ),
    ),
    "a factory": (
        IN_FACTORY,
        "from fastapi import FastAPI\n\n\ndef create_app():\n    api = FastAPI()\n    return api\n",
        (
            "from fastapi import FastAPI\n\nfrom app.database import database_lifespan\n\n\n"
            "def create_app():\n    api = FastAPI(lifespan=database_lifespan)\n    return api\n"
        ),
    ),
    "a factory that returns it": (
        IN_FACTORY,
        "from fastapi import FastAPI\n\n\ndef create_app():\n    return FastAPI()\n",
        (
            "from fastapi import FastAPI\n\nfrom app.database import database_lifespan\n\n\n"
            "def create_app():\n    return FastAPI(lifespan=database_lifespan)\n"
        ),
    ),
    "the app's own lifespan": (
        ON_APP,
        (
            "from contextlib import asynccontextmanager\n\nfrom fastapi import FastAPI\n\n\n"
            "@asynccontextmanager\nasync def lifespan(api: FastAPI):\n"
            '    """Start and stop."""\n    # warm up\n    text = """a\nb"""\n    try:\n        yield\n'
            "    finally:\n        print(text)\n\n\napp = FastAPI(lifespan=lifespan)\n"
        ),
        (
            "from contextlib import asynccontextmanager\n\nfrom fastapi import FastAPI\n\n"
            "from app.database import database_lifespan\n\n\n"
            "@asynccontextmanager\nasync def lifespan(api: FastAPI):\n"
            '    """Start and stop."""\n    async with database_lifespan(api):\n'
            '        # warm up\n        text = """a\nb"""\n        try:\n            yield\n'
            "        finally:\n            print(text)\n\n\napp = FastAPI(lifespan=lifespan)\n"
        ),
    ),
}


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("case", CASES)
def test_there_and_back(case: str, line_end: str) -> None:
    edit, before, after = CASES[case]
    source = before.replace("\n", line_end).encode()
    done = edit.apply(source)
    assert isinstance(done, Changed)
    assert done.source.decode() == after.replace("\n", line_end)
    compile(done.source, "main.py", "exec")
    assert edit.apply(done.source) == Already()
    back = edit.revert(done.source)
    assert isinstance(back, Changed)
    assert back.source == source


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (
            'from fastapi import FastAPI\napp = FastAPI()\n@app.on_event("startup")\ndef a(): ...\n',
            "handlers",
        ),
        ("from fastapi import FastAPI\napp = FastAPI(on_startup=[start])\n", "handlers"),
        ("from fastapi import FastAPI\nfrom x import life\napp = FastAPI(lifespan=life)\n", "life"),
        ("from fastapi import FastAPI\napp = FastAPI(lifespan=make())\n", "an expression"),
        ("from x import app\n", "no FastAPI"),
        (
            "from fastapi import FastAPI\nif x:\n    app = FastAPI()\nelse:\n    app = FastAPI()\n",
            "more",
        ),
        ("app = FastAPI(\n", "not valid Python"),
    ],
)
def test_no_safe_place(source: str, reason: str) -> None:
    answer = ON_APP.apply(source.encode())
    assert isinstance(answer, Cannot)
    assert reason in answer.reason
    assert "from app.database import database_lifespan" in answer.paste
