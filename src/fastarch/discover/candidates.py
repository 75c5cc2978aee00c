"""Every place in a project that makes a FastAPI instance."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from fastarch.discover import walk
from fastarch.discover.index import ModuleIndex
from fastarch.discover.modules import FunctionNode, Module, dotted
from fastarch.discover.scan import Scan, aside
from fastarch.discover.symbols import Place
from fastarch.records import dataclass

_METHODS = ("get", "post", "put", "patch", "delete", "api_route", "websocket", "add_api_route")


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A place where a FastAPI instance is made.

    Args:
        path: Its file.
        name: The instance's name at module level, or the factory's.
        variable: The instance's name where it is made.
        function: The factory.
        activity: How many routers are included on it and routes are declared on it, nearby.
    """

    path: Path
    file: str
    line: int
    name: str
    variable: str
    function: FunctionNode | None = None
    activity: int = 0
    calls: str = ""

    @property
    def place(self) -> Place:
        """Where it is."""
        return Place(self.file, self.line)

    @property
    def choice(self) -> str:
        """What ``--entry`` takes."""
        return f"{self.file}:{self.name}"


def candidates(plain: ModuleIndex, seen: Scan, *, aside_too: bool = False) -> list[Candidate]:
    """Every place that makes an app; those in tests and documentation if there are no others."""
    live = [path for path in seen.apps if not aside(plain.relative(path))]
    for paths in (live, seen.apps)[aside_too:]:
        modules = [plain.at(path) for path in paths]
        subclasses = {name for module in modules for name in _subclasses(module)}
        if subclasses:
            words = [f"{name}(".encode() for name in subclasses]
            rest = [p for p in seen.files if p not in paths and not aside(plain.relative(p))]
            modules += [plain.at(path) for path in plain.containing(*words, paths=rest)]
        found = [
            candidate for module in modules for candidate in _candidates_in(module, subclasses)
        ]
        if found:
            return found
    return []


def _app_names(module: Module) -> set[str]:
    """The spellings of the class in a module: ``FastAPI``, ``fastapi.FastAPI``, an alias."""
    names: set[str] = set()
    for step in walk.steps(module.tree.body):
        match step.node:
            case ast.ImportFrom():
                for alias in step.node.names:
                    if alias.name == "FastAPI":
                        names.add(alias.asname or alias.name)
                    elif alias.name == "*" and (step.node.module or "").startswith("fastapi"):
                        names.add("FastAPI")
            case ast.Import():
                for alias in step.node.names:
                    if alias.name == "fastapi":
                        names.add(f"{alias.asname or 'fastapi'}.FastAPI")
                    elif alias.name == "fastapi.applications":
                        names.add(f"{alias.asname or alias.name}.FastAPI")
            case _:
                pass
    return names


def _subclasses(module: Module) -> set[str]:
    names = _app_names(module)
    found: set[str] = set()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ClassDef) and any(dotted(b) in names | found for b in node.bases):
            found.add(node.name)
    return found


def _candidates_in(module: Module, subclasses: set[str]) -> list[Candidate]:
    names = _app_names(module) | subclasses
    found: dict[tuple[str, str], Candidate] = {}
    passed = _passed_on(module)
    for step in walk.steps(module.tree.body):
        target, value = _assigned(step.node)
        if value is None and isinstance(step.node, ast.Return):
            value, target = step.node.value, ""
        if not isinstance(value, ast.Call):
            continue
        makes = dotted(value.func) in names
        function = step.function
        if function is None:
            if makes and target and not step.scopes:
                found["", target] = _candidate(module, step, target, target)
            continue
        if not (makes or (_returns_app(function, names) and _hands_on(step, function, target))):
            continue
        if _is_test(step.scopes) or (function is not step.scopes[-1]):
            continue
        back = walk.returned(function)
        returns = not target or dotted(back) == target or _returns_app(function, names)
        if not makes and any(
            a.annotation is not None and dotted(a.annotation) in names
            for a in walk.parameters(function)
        ):
            continue
        if returns or step.qualname in passed or "." in target or _runs(function, target):
            key = (step.qualname, "")
            if makes or key not in found:
                name = step.qualname
                made = _candidate(module, step, name, target)
                found[key] = replace(made, calls="" if makes else dotted(value.func))
    inner = {c.calls for c in found.values() if c.calls}
    return [c for c in found.values() if c.name not in inner]


def _candidate(module: Module, step: walk.Step, name: str, variable: str) -> Candidate:
    function = step.function
    body = module.tree.body if function is None else function.body
    activity = _activity(body, variable) if variable else 0
    line = step.node.lineno if function is None else function.lineno
    return Candidate(module.path, module.file, line, name, variable, function, activity)


def _assigned(node: ast.stmt) -> tuple[str, ast.expr | None]:
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        return dotted(node.targets[0]), node.value
    if isinstance(node, ast.AnnAssign):
        return dotted(node.target), node.value
    return "", None


def _returns_app(function: FunctionNode, names: set[str]) -> bool:
    told = function.returns
    if isinstance(told, ast.Constant) and isinstance(told.value, str):
        return told.value in names
    return dotted(told) in names


def _hands_on(step: walk.Step, function: FunctionNode, target: str) -> bool:
    """The statement's value is what the function returns."""
    return isinstance(step.node, ast.Return) or (
        bool(target) and dotted(walk.returned(function)) == target
    )


def _is_test(scopes: Sequence[ast.AST]) -> bool:
    for scope in scopes:
        if isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef):
            if scope.name.startswith("test_"):
                return True
            for decorator in scope.decorator_list:
                call = decorator.func if isinstance(decorator, ast.Call) else decorator
                if dotted(call).rpartition(".")[2] == "fixture":
                    return True
    return False


def _runs(function: FunctionNode, target: str) -> bool:
    """The function serves the app that it makes."""
    return any(
        dotted(call.func) == "uvicorn.run" and call.args and dotted(call.args[0]) == target
        for step in walk.steps(function.body)
        for call in walk.calls(step)
    )


def _passed_on(module: Module) -> set[str]:
    """Functions whose result a module-level name is: ``app = make()``, whatever ``make`` says."""
    found: set[str] = set()
    for step in walk.steps(module.tree.body):
        if not step.scopes and isinstance(value := _assigned(step.node)[1], ast.Call):
            found.add(dotted(value.func))
    return found


def _activity(body: list[ast.stmt], variable: str) -> int:
    count = 0
    for step in walk.steps(body):
        if isinstance(step.node, ast.FunctionDef | ast.AsyncFunctionDef):
            for decorator in step.node.decorator_list:
                if isinstance(decorator, ast.Call):
                    owner, _, method = dotted(decorator.func).rpartition(".")
                    count += owner == variable and method in _METHODS
        for call in walk.calls(step):
            owner, _, method = dotted(call.func).rpartition(".")
            if owner == variable and method in {"include_router", "add_api_route"}:
                count += 3
            elif not owner.startswith(variable) and any(dotted(a) == variable for a in call.args):
                # Handed to a helper, which may well include the routers.
                count += 1 if re.search(r"rout|endpoint|api|url|view", method) else 0
    return count
