"""The app's own secret, which cursors are signed with."""

from __future__ import annotations

import ast
import re

from fastarch.discover import columns as _columns
from fastarch.discover.index import Definition, ModuleIndex
from fastarch.discover.profile import AppProfile
from fastarch.discover.symbols import Expression

# The key of `add auth` is none of them: features give the same code in any order.
_SECRET = re.compile(r"^(?:(?:app|jwt|api|session|signing|access_token)_)?secret(?:_key)?$")
_RANDOM = re.compile(r"\b(?:token_urlsafe|token_hex|token_bytes|urandom|uuid4|randbits|choices)\b")


def find_secret(index: ModuleIndex, profile: AppProfile) -> Expression | None:
    """The expression that the secret is read with; None where the app has none.

    One that is made anew with each start is none: a cursor has to be valid after it.
    """
    return _in_settings(index, profile)


def _in_settings(index: ModuleIndex, profile: AppProfile) -> Expression | None:
    settings = profile.settings
    if settings is None or settings.accessor is None:
        return None
    module = index.at(settings.symbol.at.file)
    owner = index.resolve(module, settings.symbol.name)
    if owner is None:
        return None
    found: dict[str, ast.AnnAssign] = {}
    for current in _columns.lineage(index, owner):
        for name, node in _fields(current):
            found.setdefault(name, node)
    names = sorted(
        (name for name in found if _SECRET.match(name.lower())),
        key=lambda name: (name.lower() != "secret_key", name),
    )
    for name in names:
        node = found[name]
        if node.value is not None and _RANDOM.search(ast.unparse(node.value)):
            continue
        source = f"{settings.accessor.source}.{name}"
        if "SecretStr" in ast.unparse(node.annotation):
            optional = "None" in ast.unparse(node.annotation) or "Optional" in ast.unparse(
                node.annotation
            )
            if optional:
                continue
            source = f"{source}.get_secret_value()"
        return Expression(source, settings.accessor.imports)
    return None


def _fields(owner: Definition) -> list[tuple[str, ast.AnnAssign]]:
    if not isinstance(owner.node, ast.ClassDef):
        return []
    return [
        (node.target.id, node)
        for node in owner.node.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    ]
