"""Imports for annotations alone."""

from __future__ import annotations

import ast

from fastarch.discover.profile import Role
from fastarch.plan import assemble
from fastarch.plan.deferred import deferred, schemas_import_services
from fastarch.plan.steps import Home

TEXT = '''"""What can be done with cafés."""

from models import Cafe
from routers.cafes import CafeCreate
from routers.cafes import CafeUpdate
from repositories import CafeRepository


class CafeService:
    def create(self, données: CafeCreate) -> Cafe:
        return CafeRepository().add(Cafe(**données.model_dump()))

    def update(self, id_: int, data: CafeUpdate) -> Cafe: ...
'''


def test_the_module_runs_without_what_it_defers() -> None:
    text = assemble.module(deferred(TEXT, {"CafeCreate", "CafeUpdate"}), "services", package=None)
    tree = ast.parse(text)
    at_once = {ast.unparse(node) for node in tree.body if isinstance(node, ast.ImportFrom)}
    (lazy,) = [node for node in tree.body if isinstance(node, ast.If)]

    assert at_once == {
        "from models import Cafe",
        "from repositories import CafeRepository",
        "from typing import TYPE_CHECKING",
    }
    assert ast.unparse(lazy) == (
        "if TYPE_CHECKING:\n    from routers.cafes import CafeCreate, CafeUpdate"
    )
    assert "def create(self, données: 'CafeCreate') -> Cafe:" in ast.unparse(tree)
    assert "data: 'CafeUpdate') -> Cafe" in ast.unparse(tree)


def test_nothing_to_defer() -> None:
    assert deferred(TEXT, {"CafeListQuery"}) == TEXT


def test_schemas_in_the_routers_module() -> None:
    def homes(schema: str, service: str) -> dict[Role, Home]:
        paths: dict[Role, str] = {"schema": schema, "router": "routers/a.py", "service": service}
        return {role: Home(path, "", shared=False) for role, path in paths.items()}

    assert schemas_import_services(homes("routers/a.py", "services.py"))
    assert not schemas_import_services(homes("schemas.py", "services.py"))
    assert not schemas_import_services(homes("routers/a.py", "routers/a.py"))
