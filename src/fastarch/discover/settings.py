"""The settings class, and how code gets at its instance."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from fastarch.discover.app import Found
from fastarch.discover.columns import lineage
from fastarch.discover.index import Definition, ModuleIndex
from fastarch.discover.modules import Module, dotted
from fastarch.discover.profile import Settings
from fastarch.discover.scan import Scan, aside
from fastarch.discover.symbols import Expression, Import, Symbol
from fastarch.discover.values import class_of

_NAMES = ("Settings", "AppSettings", "Config", "AppConfig", "Configuration")
_DEPTH = 6


def find_settings(found: Found, seen: Scan) -> Settings | None:
    """The settings class of the app: one that is instantiated, and that the entry imports."""
    index = found.index
    imported = {module.file for module in index.imports(found.module)}
    best: tuple[float, Settings] | None = None
    for path in seen.settings:
        module = index.at(path)
        if aside(module.file):
            continue
        for node in module.tree.body:
            if not isinstance(node, ast.ClassDef) or not _is_settings(index, module, node):
                continue
            accessor = _accessor(index, module, node)
            if accessor is None:
                users = tuple(_users(index, node))
                if not users and _asks(index, module, node):
                    continue
                shut = {found.module.file, *(index.at(one).file for one in seen.includes)}
                free = (one for one in users if one.file not in shut)
                accessor = next(filter(None, (_accessor(index, one, node) for one in free)), None)
            score = 3.0 * (accessor is not None) + 2.0 * (node.name in _NAMES)
            score += 2.0 * (module.file in imported) + 0.5 * ("gunicorn" not in module.name)
            score -= 0.1 * module.file.count("/")
            if best is None or score > best[0]:
                best = (score, _read(index, module, node, accessor))
    return best[1] if best else None


def _read(
    index: ModuleIndex, module: Module, node: ast.ClassDef, accessor: Expression | None
) -> Settings:
    fields: list[str] = []
    configuration: dict[str, object] = {}
    for current in lineage(index, Definition(module, node.name, node)):
        if not isinstance(current.node, ast.ClassDef):
            continue
        fields += [
            each.target.id
            for each in current.node.body
            if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)
            if each.target.id != "model_config"
        ]
        configuration = {**_configuration(current.node), **configuration}
    return Settings(
        Symbol(module.place(node), module.name, node.name),
        accessor,
        upper=2 * sum(name.isupper() for name in fields) > len(fields),
        prefix=str(configuration.get("env_prefix", "")),
        case_sensitive=configuration.get("case_sensitive") is True,
    )


def _configuration(node: ast.ClassDef) -> dict[str, object]:
    """What ``model_config``, or the ``Config`` within, says in plain values."""
    said: list[tuple[str, ast.expr]] = []
    for each in node.body:
        match each:
            case (
                ast.Assign(targets=[ast.Name("model_config")], value=value)
                | ast.AnnAssign(target=ast.Name("model_config"), value=value)
            ) if value is not None:
                said += _pairs(value)
            case ast.ClassDef(name="Config", body=body):
                said += [
                    (one.targets[0].id, one.value)
                    for one in body
                    if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Name)
                ]
    return {name: value.value for name, value in said if isinstance(value, ast.Constant)}


def _pairs(value: ast.expr) -> list[tuple[str, ast.expr]]:
    if isinstance(value, ast.Call):
        return [(word.arg, word.value) for word in value.keywords if word.arg]
    if isinstance(value, ast.Dict):
        return [
            (str(key.value), one)
            for key, one in zip(value.keys, value.values, strict=True)
            if isinstance(key, ast.Constant)
        ]
    return []


def _is_settings(
    index: ModuleIndex, module: Module, node: ast.ClassDef, depth: int = _DEPTH
) -> bool:
    for base in node.bases:
        if index.origin(module, base).rpartition(".")[2] == "BaseSettings":
            return True
        parent = index.resolve(module, dotted(base)) if dotted(base) and depth > 0 else None
        if (
            parent is not None
            and isinstance(parent.node, ast.ClassDef)
            and _is_settings(index, parent.module, parent.node, depth - 1)
        ):
            return True
    return False


def _users(index: ModuleIndex, node: ast.ClassDef) -> Iterator[Module]:
    """The modules of the app that make an instance, or have FastAPI make one."""
    for path in index.containing(node.name.encode()):
        user = index.at(path)
        names = () if aside(user.file) else ast.walk(user.tree)
        calls = (one for one in names if isinstance(one, ast.Call))
        said = (dotted(one) for call in calls for one in (call.func, *call.args))
        hits = (index.resolve(user, name) for name in said if name.split(".")[-1] == node.name)
        if any(hit is not None and hit.node is node for hit in hits):
            yield user


def _asks(index: ModuleIndex, module: Module, node: ast.ClassDef) -> bool:
    """Whether there are fields that the environment must give: nothing starts without."""
    return any(
        isinstance(each, ast.AnnAssign) and each.value is None
        for current in lineage(index, Definition(module, node.name, node))
        if isinstance(current.node, ast.ClassDef)
        for each in current.node.body
    )


def _accessor(index: ModuleIndex, module: Module, node: ast.ClassDef) -> Expression | None:
    """The name of the module that holds an instance (``settings``), or returns one."""
    functions: list[str] = []
    for name, bound in module.bindings()[0].items():
        if bound.value is not None:
            made = class_of(index, module, bound.value)
            if made is not None and made.node is node:
                return Expression(name, (Import(module.name, name),))
        elif isinstance(bound.node, ast.FunctionDef):
            call = ast.Call(ast.Name(name, ast.Load()), [], [])
            made = class_of(index, module, call)
            if made is not None and made.node is node:
                functions.append(name)
    if functions:
        return Expression(f"{functions[0]}()", (Import(module.name, functions[0]),))
    return None
