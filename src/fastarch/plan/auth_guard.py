"""What endpoints depend on to know who is signed in, where ``add auth`` has made it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fastarch.discover.symbols import Place, Symbol
from fastarch.spec.resource import Guard

if TYPE_CHECKING:
    from fastarch.spec.resource import IdType

DEPENDENCY = "get_current_user"
ALIAS = "CurrentUser"
_IDS: Mapping[str, IdType] = {"int": "int", "UUID": "uuid", "str": "str"}


def auth_guard(words: Mapping[str, Any]) -> tuple[Symbol, Guard]:
    """The dependency, as a name in a module and as templates need to know it.

    Args:
        words: The words that the feature was made with.
    """
    path, module, _ = words["homes"]["current_user"]
    users = words["models"]["users"]
    guard = Guard(
        module=module,
        name=DEPENDENCY,
        alias=ALIAS,
        alias_module=module,
        user=users["class"],
        user_module=users["module"],
        user_id=words["user_id"],
        id_type=_IDS[words["user_id_type"]],
    )
    return Symbol(Place(path, 1), module, DEPENDENCY), guard


def auth_loads(words: Mapping[str, Any]) -> frozenset[str]:
    """The modules of the app that the guard's module imports, directly or not."""
    own = {module for _, module, _ in words["homes"].values()}
    lines: list[str] = words["app_imports"]
    return frozenset(line.split()[1] for line in lines) - own
