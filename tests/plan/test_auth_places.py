"""Where the parts of ``add auth`` go."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fastarch.discover.profile import Layout, LayoutKind, Role
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
