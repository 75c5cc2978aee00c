"""Where the parts of ``add auth`` go."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fastarch.discover.profile import Layout, LayoutKind, Role, Settings
from fastarch.discover.symbols import Symbol
from fastarch.plan.auth_places import auth_places
from tests.plan.shapes import profile

LAYERS: tuple[Role, ...] = ("schema", "repository", "service", "router")


@pytest.mark.parametrize("kind", ["flat", "layered", "feature"])
@pytest.mark.parametrize("shared", [(), ("schema",), ("schema", "repository", "service")])
def test_each_part_has_a_file_of_its_own(kind: LayoutKind, shared: tuple[Role, ...]) -> None:
    """Also where the app has its schemas in the modules of its routers."""
    app = profile()
    paths = {role: f"app/{role}s/{{many}}.py" for role in LAYERS}
    paths |= dict.fromkeys(shared, paths["router"])
    layout = Layout(kind, {**app.layout.paths, **paths}, found=frozenset(LAYERS))
    there = {"app", "app/routers", "app/routers/auth.py"}
    homes = auth_places(replace(app, layout=layout), there.__contains__)
    assert len({home.path for home in homes.values()}) == len(homes)


def test_names_that_the_app_has_already() -> None:
    app = profile()
    paths = {role: f"app/{role}s/{{one}}.py" for role in LAYERS}
    layout = Layout("layered", {**app.layout.paths, **paths}, found=frozenset(LAYERS))
    there = {"app", "app/services/oauth.py", "app/repositorys/api_key"}
    homes = auth_places(replace(app, layout=layout), there.__contains__)
    assert homes["service"].path == "app/services/auth.py"
    assert homes["oauth_router"].path == "app/routers/auth_oauth.py"
    assert homes["api_key_schema"].path == "app/schemas/auth_api_key.py"
    assert homes["account_mail_service"].path == "app/services/account_mail.py"


def test_what_reads_settings_lies_with_them_where_all_is_in_one_file() -> None:
    app = profile()
    assert app.router_site is not None
    assert app.orm.base is not None
    at, module = app.router_site.at, app.router_site.module
    base = replace(app.orm.base, symbol=Symbol(at, module, "Base"))
    paths = {role: f"app/{role}s.py" for role in LAYERS}
    app = replace(
        app,
        layout=Layout("flat", {**app.layout.paths, **paths}),
        settings=Settings(Symbol(at, module, "Settings")),
        orm=replace(app.orm, base=base),
    )
    homes = auth_places(app, frozenset[str]().__contains__)
    beside = {part for part, home in homes.items() if home.path == at.file}
    assert beside >= {"service", "router", "security", "throttle", "mailer", "oauth_client"}


@pytest.mark.parametrize("there", [{"app/auth.py"}, {"app/auth", "app/auth/security.py"}])
def test_a_package_is_in_nobodys_way(there: set[str]) -> None:
    """Neither in a module's, which it would shadow, nor in another package's."""
    app = profile()
    paths = {role: f"app/{role}s.py" for role in LAYERS}
    app = replace(app, layout=Layout("flat", {**app.layout.paths, **paths}))
    homes = auth_places(app, {"app", *there}.__contains__)
    assert homes["security"].path == "app/authentication/security.py"
