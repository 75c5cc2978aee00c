"""How an app's own team spells an include: imports, names, prefixes, tags and further arguments."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Literal, TypeVar

from fastarch.discover.includes import Child, Include, Reader
from fastarch.discover.lists import named
from fastarch.discover.modules import Bound, FunctionNode, Module, dotted
from fastarch.discover.profile import RouterSite
from fastarch.discover.spelling import Pair, element_of, escaped, pattern, stem_of
from fastarch.discover.symbols import Expression, Import
from fastarch.discover.values import text_of
from fastarch.spec.plurals import pluralise, singularise

T = TypeVar("T")
# Places in the pattern of an element that hold the resource's path, or the word that makes it.
_WORDS = ("{prefix}", "{many}", "{one}", "{slug}", "{tag}")
Form = Literal["module", "name", "alias", "dotted"]


def accent(
    reader: Reader, site: RouterSite, module: Module, first: Include, pairs: Sequence[Pair]
) -> RouterSite:
    """Fill in what the siblings show.

    Args:
        reader: Reads prefixes and the routers' own arguments.
        site: The site, as far as its place goes.
        module: The module whose imports and names count.
        first: The first of its includes.
        pairs: The siblings.
    """
    forms = [form for form in (_form(module, child) for _, child in pairs) if form is not None]
    usual: Form = "module" if forms or not pairs else "alias"
    form: Form = _most((name for name, *_ in forms), usual)
    same = [one for one in forms if one[0] == form] or forms
    alias = _most((one[3] for one in same if one[3]), "{many}_router")
    site = replace(
        site,
        form=form,
        relative=_most((one[1] for one in forms), _relative(module)),
        local_imports=_most((one[2] for one in forms), False),
        alias=alias,
        element=element_of(first, pairs),
    )
    site = _prefixes(reader, site, first, pairs)
    return replace(
        site,
        tags_at=_tags_at(reader, pairs),
        **_arguments(site, first, pairs),
    )


# --- how siblings are imported and named


def _form(module: Module, child: Child) -> tuple[Form, bool, bool, str | None] | None:
    """Form, relative, local, and the bound name's pattern of one sibling's import."""
    chain = dotted(child.expression)
    if not chain:
        return None
    head, _, rest = chain.partition(".")
    bound, local = _bound(module, child.scope, head)
    if bound is None or bound.module is None:
        return None
    relative = isinstance(bound.node, ast.ImportFrom) and bound.node.level > 0
    if not rest:
        spelled = pattern(stem_of(child), head)
        renamed = bound.attribute is not None and bound.attribute != head
        if not renamed and bound.attribute in {"router", "api_router", "api"}:
            return "alias", relative, local, None
        return ("alias" if renamed else "name"), relative, local, spelled
    if isinstance(bound.node, ast.Import) and rest.count(".") >= 1:
        return "dotted", relative, local, None
    return "module", relative, local, pattern(stem_of(child), head)


def _bound(module: Module, scope: FunctionNode | None, name: str) -> tuple[Bound | None, bool]:
    if scope is not None and (found := module.bindings(scope)[0].get(name)):
        return found, True
    return module.bindings()[0].get(name), False


def _relative(module: Module) -> bool:
    levels = [node.level for node in module.tree.body if isinstance(node, ast.ImportFrom)]
    return any(levels) and sum(1 for level in levels if level) * 2 >= len(levels)


# --- prefixes


def _prefixes(
    reader: Reader, site: RouterSite, first: Include, pairs: Sequence[Pair]
) -> RouterSite:
    given = [(child, reader.text(child, "prefix")) for _, child in pairs]
    own = [(child, reader.own_text(child.key, "prefix")) for _, child in pairs if child.key]
    at_include = [(child, text) for child, text in given if text]
    at_router = [(child, text) for child, text in own if text]
    texts = {ast.unparse(child.keywords["prefix"]) for child, _ in at_include}
    shared = (
        len(texts) == 1
        and len(at_include) == len(pairs)
        and (len(pairs) > 1 or bool(at_router) or not _names(at_include[0]))
    )
    if shared:
        site = replace(site, prefix=site.prefix + (at_include[0][1] or ""))
        at_include = []
    looped = first.listed is not None
    if at_include and (looped or len(at_include) >= max(len(at_router), 1)):
        lead = _lead(reader, first) if looped else ""
        base = _base([text.removeprefix(lead) for _, text in at_include])
        path = _path([text for _, text in at_include])
        expression = None if looped else _spelled_prefix(at_include, path)
        said = not looped or any(word in site.element for word in _WORDS)
        return replace(
            site,
            prefix=site.prefix + lead + base,
            prefix_at="include" if said else "router",
            path=path,
            include_prefix=expression,
            router_prefix=base,
        )
    paths = [text for _, text in at_router] or _written(pairs)
    base = _base(paths)
    return replace(
        site,
        prefix=site.prefix + base,
        prefix_at="router",
        router_prefix=base,
        path=_path(paths),
    )


def _lead(reader: Reader, first: Include) -> str:
    """What a loop itself puts before the prefixes of its elements: ``f"/api{prefix}"``."""
    node = first.keywords.get("prefix")
    parts: list[ast.expr] = []
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        parts.insert(0, node.right)
        node = node.left
    parts = [*(node.values if isinstance(node, ast.JoinedStr) else [node] if node else []), *parts]
    loops = {name for loop in first.step.loops for name in named(loop.target)}
    lead = ""
    for part in parts:
        value = part.value if isinstance(part, ast.FormattedValue) else part
        text = text_of(reader.index, first.module, value, first.step.function)
        if text is None or named(value) & loops:
            lead += _before_places(value)
            break
        lead += text
    # The slash of f"/api/{name}" belongs to the element's own path.
    return lead.rstrip("/")


def _before_places(node: ast.expr) -> str:
    """What a pattern says ahead of what it is filled with: ``"/api/{}".format(name)``."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str(text)), attr="format")):
            return text.partition("{")[0]
        case ast.BinOp(op=ast.Mod(), left=ast.Constant(value=str(text))):
            return text.partition("%")[0]
        case _:
            return ""


def _names(pair: tuple[Child, str | None]) -> bool:
    """The prefix of a single sibling names its resource: it is not one that all would share."""
    child, text = pair
    stem = stem_of(child)
    words = {stem, singularise(stem), pluralise(singularise(stem))}
    return bool({part.replace("-", "_") for part in (text or "").split("/")} & words)


def _written(pairs: Sequence[Pair]) -> list[str]:
    """Paths of endpoints, where routers have no prefix: ``@router.get("/api/users/{id}")``."""
    found = []
    for _, child in pairs:
        if child.definition is None:
            continue
        module, name = child.definition.module, child.definition.name
        paths = re.findall(
            rf"@{re.escape(name)}\.\w+\(\s*(?:path\s*=\s*)?[\"'](/[^\"'{{]*)", module.text
        )
        stem = stem_of(child)
        words = {stem, singularise(stem), pluralise(singularise(stem))}
        for path in paths:
            parts = [part for part in path.split("/") if part]
            hits = [n for n, part in enumerate(parts) if part.replace("-", "_") in words]
            if hits:
                found.append("/" + "/".join(parts[: hits[0] + 1]))
                break
    return found


def _base(paths: Sequence[str]) -> str:
    """What all paths begin with, the last segment apart; only where there are several."""
    split = [[part for part in path.split("/") if part] for path in paths]
    if len(split) < 2 or len({tuple(parts) for parts in split}) < 2:
        if len(split) == 1 and len(split[0]) > 1 and re.fullmatch(r"api|v\d+", split[0][0]):
            return "/" + "/".join(split[0][:-1])
        return ""
    common: list[str] = []
    for parts in zip(*(parts[:-1] for parts in split), strict=False):
        if len(set(parts)) > 1:
            break
        common.append(parts[0])
    return "".join(f"/{part}" for part in common)


def _path(paths: Sequence[str]) -> str:
    """How siblings spell their last segment: ``/{slug}``, ``/{one}``, ``/{many}``."""
    words = [path.rstrip("/").rpartition("/")[2] for path in paths]
    words = [word for word in words if word and "{" not in word]
    if not words:
        return "/{slug}"
    singular = sum(1 for word in words if not word.endswith("s"))
    if singular * 2 > len(words):
        return "/{one}"
    under = any("_" in word for word in words) and not any("-" in word for word in words)
    return "/{many}" if under else "/{slug}"


def _spelled_prefix(pairs: Sequence[tuple[Child, str | None]], path: str) -> Expression | None:
    """The include's prefix as a pattern, after the last sibling that ends in a plain word."""
    for child, text in reversed(pairs):
        node = child.keywords["prefix"]
        word = (text or "").rstrip("/").rpartition("/")[2]
        source = ast.get_source_segment(child.module.text, node) or ast.unparse(node)
        at = source.rfind(word)
        if not word or at < 0 or "{" in word or "\n" in source:
            continue
        head, tail = source[:at], source[at + len(word) :]
        marker = path.lstrip("/")
        if isinstance(node, ast.JoinedStr | ast.BinOp | ast.Constant):
            return Expression(
                escaped(head) + marker + escaped(tail), imports_of(child.module, node, child.scope)
            )
    return None


# --- tags and further arguments


def _tags_at(reader: Reader, pairs: Sequence[Pair]) -> Literal["router", "include", "none"]:
    include = sum(1 for _, child in pairs if "tags" in child.keywords)
    router = sum(1 for _, child in pairs if child.key and reader.own_keyword(child.key, "tags"))
    written = sum(
        1
        for _, child in pairs
        if "tags" not in child.keywords
        and child.definition is not None
        and re.search(r"\btags\s*=", child.definition.module.text)
    )
    if not pairs or max(router, written) > include:
        return "router"
    return "include" if include * 2 >= len(pairs) else "none"


def _arguments(site: RouterSite, first: Include, pairs: Sequence[Pair]) -> dict[str, Any]:
    """Keyword arguments that all siblings' includes have in common."""
    if not pairs:
        return {}
    sources = [
        {name: ast.unparse(value) for name, value in child.keywords.items()} for _, child in pairs
    ]
    common = {
        name: text
        for name, text in sources[0].items()
        if name != "tags"
        and all(other.get(name) == text for other in sources)
        and not (name == "prefix" and site.prefix_at == "include")
    }
    guards = common.get("dependencies")
    if first.listed is not None:
        return {"guards": guards}
    child = pairs[0][1]
    arguments = tuple(
        (
            name,
            Expression(
                ast.get_source_segment(child.module.text, child.keywords[name]) or text,
                imports_of(child.module, child.keywords[name], child.scope),
            ),
        )
        for name, text in common.items()
    )
    return {"arguments": arguments, "guards": guards}


def imports_of(module: Module, node: ast.expr, scope: FunctionNode | None) -> tuple[Import, ...]:
    """What an expression of a module needs, besides what the module itself defines."""
    found: dict[str, Import] = {}
    for inner in ast.walk(node):
        if not isinstance(inner, ast.Name) or inner.id in found:
            continue
        bound, _ = _bound(module, scope, inner.id)
        if bound is None or bound.module is None:
            continue
        name = inner.id
        if bound.attribute is not None:
            alias = name if bound.attribute != name else None
            found[name] = Import(bound.module, bound.attribute, alias)
        else:
            alias = name if bound.module != name else None
            found[name] = Import(bound.module, None, alias)
    return tuple(found.values())


def _most(values: Iterable[T], default: T) -> T:
    counted = Counter(values)
    return counted.most_common(1)[0][0] if counted else default
