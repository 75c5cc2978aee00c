"""The resource's word in what siblings say: in names, and in the elements of lists."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from fastarch.discover.includes import Child, Include
from fastarch.discover.modules import dotted
from fastarch.spec.plurals import pluralise, singularise

Pair = tuple[Include, Child]

_GENERIC = frozenset({
    "router", "routers", "route", "routes", "routs", "view", "views", "endpoint", "endpoints",
    "api", "apis", "controller", "controllers", "handlers", "handler", "resource", "rest", "http",
    "urls", "main", "v1", "v2",
})  # fmt: skip
_AFFIXES = re.compile(
    r"^(?:router|routes|api|endpoint|view)s?_|"
    r"_(?:router|route|api|endpoint|view|controller|handler|resource)s?$"
)


def stem_of(child: Child) -> str:
    """The resource's word in a sibling's place: ``users`` of ``app/users/router.py``."""
    definition = child.definition
    if definition is None:
        return ""
    for word in reversed(definition.module.name.split(".")):
        bare = _AFFIXES.sub("", word)
        if bare and word not in _GENERIC and bare not in _GENERIC:
            return bare
    return ""


def pattern(stem: str, bound: str) -> str | None:
    """``users_router`` in ``users.py`` as ``{many}_router``; None where the word is not in it."""
    words = {"one": singularise(stem), "many": pluralise(singularise(stem))}
    for key in ("many", "one"):
        word = words[key]
        spelled = {
            word: key,
            "".join(part[:1].upper() + part[1:] for part in word.split("_")): key.capitalize(),
        }
        for text, name in spelled.items():
            at = bound.find(text)
            if text and at >= 0:
                return bound[:at] + "{" + name + "}" + bound[at + len(text) :]
    return None


def escaped(text: str) -> str:
    """Text for `str.format` to leave alone."""
    return text.replace("{", "{{").replace("}", "}}")


def element_of(first: Include, pairs: Sequence[Pair]) -> str:
    """The pattern of one element, after the last sibling's."""
    listed = first.listed
    if listed is None or not pairs:
        return "{router}"
    literal = listed.literal
    child = pairs[-1][1]
    router = child.expression
    text = listed.module.text
    if isinstance(literal, ast.Dict):
        for key, value in zip(literal.keys, literal.values, strict=True):
            if key is not None and _holds(value, router):
                return f"{_shaped(text, key, router, child)}: {_shaped(text, value, router, child)}"
        return "{router}"
    for element in literal.elts:
        if _holds(element, router):
            return _shaped(text, element, router, child)
    last = [e for e in literal.elts if not isinstance(e, ast.Starred)]
    if last and isinstance(router, ast.Attribute) and dotted(last[-1]) == dotted(router.value):
        return "{module}"
    return "{router}"


def _holds(node: ast.expr, router: ast.expr) -> bool:
    chain = dotted(router)
    return any(
        isinstance(n, ast.Name | ast.Attribute) and dotted(n) == chain for n in ast.walk(node)
    )


def _shaped(text: str, node: ast.expr, router: ast.expr, child: Child) -> str:
    """An element's source with the router and the resource's words replaced by their places."""
    source = ast.get_source_segment(text, node) or ast.unparse(node)
    if dotted(node) == dotted(router):
        return "{router}"
    stem = stem_of(child)
    chain = dotted(router)
    marks: list[str] = []

    def mark(value: str) -> str:
        marks.append(value)
        return f"\0{len(marks) - 1}\0"

    source = re.sub(rf"(?<![\w.]){re.escape(chain)}(?![\w.])", lambda _: mark("{router}"), source)

    def shaped(match: re.Match[str]) -> str:
        quote, word = match.group(1), match.group(2)
        if match.string[match.end() :].lstrip().startswith(":"):
            return match.group(0)  # a key of the element itself
        if word.startswith("/"):
            return quote + mark("{prefix}") + quote
        spelled = pattern(stem, word.replace("-", "_"))
        if spelled is None and word.lower() != word:
            spelled = "{Many}"
        return quote + mark(spelled or "{tag}") + quote

    source = re.sub(r"""(["'])([^"'\n]*)\1""", shaped, source)
    source = escaped(source)
    return re.sub("\0(\\d+)\0", lambda m: marks[int(m.group(1))], source)
