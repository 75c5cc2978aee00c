"""The place on the app itself: for apps without routers, and for a router without their prefix."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from fastarch.discover import walk
from fastarch.discover.accent import imports_of
from fastarch.discover.app import Found
from fastarch.discover.includes import Child, Graph, Include, Reader
from fastarch.discover.keys import Key
from fastarch.discover.modules import FunctionNode, Module, dotted
from fastarch.discover.profile import RouterSite
from fastarch.discover.symbols import Expression, Import, Place

Said = tuple[Module, FunctionNode | None, ast.expr]


def beside_prefixes(site: RouterSite, found: Sequence[Said] | None) -> RouterSite | None:
    """A site on the instance for a router that says its whole path itself.

    Args:
        site: Where the instance includes what it includes.
        found: What `guards` found.
    """
    if found is None:
        return None
    merged = _merged([_expression(*said) for said in found])
    return replace(
        site,
        prefix="",
        form="alias",
        alias="{many}_router",
        prefix_at="router",
        tags_at="router",
        arguments=(("dependencies", merged),) if merged is not None else (),
        element="{router}",
        siblings=(),
        path="/{slug}",
        include_prefix=None,
        router_prefix="",
        automatic=False,
        guards=merged.source if merged is not None else None,
        why="on the instance, before any prefix",
        others=(),
    )


def guards(graph: Graph, reader: Reader, sibling: tuple[Include, Child]) -> list[Said] | None:
    """Every ``dependencies=`` between the instance and a sibling, outermost first.

    None where one of them uses what only its function knows.
    """
    include, child = sibling
    found: list[Said] = []
    seen: set[Key] = set()
    while True:
        node = child.keywords.get("dependencies")
        if node is not None:
            found.append((*child.place_of("dependencies"), node))
        parent = include.parent
        if parent == graph.entry or parent in seen:
            break
        seen.add(parent)
        own = reader.own_keyword(parent, "dependencies")
        if own is not None:
            found.append(own)
        above = next(
            (
                (outer, one)
                for outer in graph.includes
                if outer.parent in graph.prefixes
                for one in outer.children
                if one.key == parent
            ),
            None,
        )
        if above is None:
            break
        include, child = above
    if any(_local(*said) for said in found):
        return None
    return found[::-1]


def _local(module: Module, scope: FunctionNode | None, node: ast.expr) -> bool:
    """The expression uses a parameter or a variable of its function."""
    if scope is None:
        return False
    names = {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}
    bound = module.bindings(scope)[0]
    parameters = {argument.arg for argument in walk.parameters(scope)}
    return bool(names & parameters) or any(
        bound[name].module is None for name in names if name in bound
    )


def _expression(module: Module, scope: FunctionNode | None, node: ast.expr) -> Expression:
    """A piece of one module's code for use in another."""
    imported = imports_of(module, node, scope)
    known = {one.alias or one.name or one.module for one in imported}
    own = [
        Import(module.name, name)
        for name in dict.fromkeys(n.id for n in ast.walk(node) if isinstance(n, ast.Name))
        if name not in known and name in module.bindings()[0]
    ]
    source = ast.get_source_segment(module.text, node) or ast.unparse(node)
    return Expression(source, (*imported, *own))


def _merged(lists: Sequence[Expression]) -> Expression | None:
    """Several lists of dependencies as one."""
    if len(lists) < 2:
        return lists[0] if lists else None
    parts = [
        one.source.strip()[1:-1].strip().rstrip(",")
        if one.source.strip().startswith("[")
        else f"*{one.source}"
        for one in lists
    ]
    imports = dict.fromkeys(item for one in lists for item in one.imports)
    return Expression(f"[{', '.join(part for part in parts if part)}]", tuple(imports))


def on_app(found: Found, graph: Graph) -> RouterSite:
    """Right after the app is made and its middleware added, before its own routes."""
    module, candidate = found.module, found.candidate
    if candidate.function is None:
        body: list[ast.stmt] = module.tree.body
    else:
        body = _function_body(module, candidate.name)
    line = candidate.line
    started = False
    for node in body:
        if not started:
            started = _makes(node, candidate.variable)
            line = node.lineno if started else line
        elif _sets_up(node, candidate.variable):
            line = node.lineno
        elif not isinstance(node, ast.Import | ast.ImportFrom):
            break
    automatic = [i for i in graph.includes if i.parent in graph.prefixes and i.automatic]
    return RouterSite(
        Place(candidate.file, line),
        module.name,
        "include" if candidate.function is None else "factory",
        candidate.variable or "app",
        candidate.name if candidate.function is not None else None,
        relative=_imports_relatively(module),
        automatic=bool(automatic),
        why="the app includes no router yet",
    )


def _function_body(module: Module, qualname: str) -> list[ast.stmt]:
    for step in walk.steps(module.tree.body):
        node = step.node
        if (
            isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            and ".".join([*(s.name for s in step.scopes), node.name]) == qualname
        ):
            return node.body
    return []


def _makes(node: ast.stmt, variable: str) -> bool:
    targets: list[ast.expr] = []
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, ast.AnnAssign):
        targets = [node.target]
    return isinstance(getattr(node, "value", None), ast.Call) and any(
        dotted(target) == variable for target in targets
    )


def _sets_up(node: ast.stmt, variable: str) -> bool:
    """``app.add_middleware(…)``, ``app.state.x = …``, ``register_handlers(app)``."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        call = node.value
        owner, _, method = dotted(call.func).rpartition(".")
        if owner.split(".")[0] == variable:
            return method not in {"mount", "add_api_route", "add_route", "include_router"}
        return any(dotted(a) == variable for a in call.args)
    if isinstance(node, ast.Assign):
        return any(dotted(target).startswith(variable + ".") for target in node.targets)
    return False


def _imports_relatively(module: Module) -> bool:
    levels = [node.level for node in module.tree.body if isinstance(node, ast.ImportFrom)]
    return any(level > 0 for level in levels)
