"""The accent of the app: how neighbours name and write things, by majority."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from fastarch.discover import layers
from fastarch.discover.index import Module, ModuleIndex
from fastarch.discover.models import Survey
from fastarch.discover.neighbours import Neighbours, Router
from fastarch.discover.patterns import (
    Subject,
    affixes,
    class_pattern,
    majority,
    pattern,
    strip,
    subject,
)
from fastarch.discover.profile import Layout, Style
from fastarch.discover.schema_names import schema_names
from fastarch.discover.schemas import Schemas, root
from fastarch.discover.symbols import Expression, Import

_FROM = re.compile(r"^from[ \t]+(\.*)([\w.]*)[ \t]+import\b", re.MULTILINE)
_FASTAPI_ROUTER = ("fastapi.APIRouter", "fastapi.routing.APIRouter")


def style(
    index: ModuleIndex,
    near: Neighbours,
    survey: Survey,
    schemas: Schemas,
    layout: Layout,
    about: Sequence[Subject],
) -> Style:
    """Read how neighbours write. What no neighbour shows keeps its default.

    Args:
        index: The app's modules.
        near: The neighbouring routers.
        survey: The ORM and the models.
        schemas: The schema classes that neighbours use.
        layout: Where each kind of code lives.
        about: What the app is about.
    """
    default = Style()
    model_class = _model_class(survey)
    names = schema_names(schemas, about, model_class)
    repository, service = layers.read(index, near, layout, about)
    return Style(
        imports=_imports(index, near, survey),
        model_class=model_class,
        table=_table(survey, default.table),
        create_schema=names.get("create", default.create_schema),
        update_schema=names.get("update", default.update_schema),
        read_schema=names.get("read", default.read_schema),
        schema_base=_schema_base(index, schemas, about),
        repository_class=repository.class_name or default.repository_class,
        service_class=service.class_name or default.service_class,
        repository=repository.kind or service.kind or default.repository,
        service=service.kind or repository.kind or default.service,
        router_variable=_router_variable(near, about),
        router_class=_router_class(index, near),
        router_arguments=router_arguments(near),
        tag=_tag(near, about),
        trailing_slash=_trailing_slash(near),
        item_slash=_item_slash(near),
        async_endpoints=_async(near, survey),
        future_annotations=_future(near, survey),
        optional=_optional(near, survey, schemas),
    )


def expression(module: Module, node: ast.expr) -> Expression | None:
    """A piece of a module's code with the imports that it needs elsewhere.

    None where it uses a name that cannot be imported, such as a local one.
    """
    imports: dict[Import, None] = {}
    names, _ = module.bindings()
    for item in ast.walk(node):
        if not isinstance(item, ast.Name):
            continue
        bound = names.get(item.id)
        if bound is None:
            if item.id in _BUILTINS:
                continue
            return None
        alias = None
        if bound.module is None:
            imports[Import(module.name, item.id)] = None
        elif bound.attribute is None:
            alias = item.id if item.id != bound.module.split(".")[0] else None
            imports[Import(bound.module, None, alias)] = None
        else:
            alias = item.id if item.id != bound.attribute else None
            imports[Import(bound.module, bound.attribute, alias)] = None
    return Expression(ast.unparse(node), tuple(imports))


_BUILTINS = frozenset(
    {"True", "False", "None", "dict", "list", "set", "tuple", "str", "int", "bool"}
)


def router_arguments(near: Neighbours) -> tuple[tuple[str, Expression], ...]:
    """Keyword arguments that every sibling router carries alike, such as its guard."""
    routers = [router for router in near.routers if router.endpoints] or list(near.routers)
    found: list[tuple[str, Expression]] = []
    if not routers:
        return ()
    first = routers[0]
    for word in first.call.keywords:
        if word.arg is None or word.arg in ("prefix", "tags"):
            continue
        written = ast.unparse(word.value)
        if all(
            (other := router.keyword(word.arg)) is not None and ast.unparse(other) == written
            for router in routers[1:]
        ) and (made := expression(first.module, word.value)):
            found.append((word.arg, made))
    return tuple(found)


def _imports(
    index: ModuleIndex, near: Neighbours, survey: Survey
) -> Literal["absolute", "relative"]:
    relative = absolute = 0
    for module in _modules(near, survey):
        for found in _FROM.finditer(module.text):
            if found.group(1):
                relative += 1
            elif index.find(found.group(2)) is not None:
                absolute += 1
    return "relative" if relative > absolute else "absolute"


def _modules(near: Neighbours, survey: Survey) -> list[Module]:
    """Routers and models: the modules that are parsed by now."""
    found = {module.file: module for module in near.modules}
    for entity in survey.entities:
        found.setdefault(entity.definition.module.file, entity.definition.module)
    return list(found.values())


def _model_class(survey: Survey) -> str:
    prefix, suffix = affixes(model.symbol.name for model in survey.orm.models)
    plural = 0
    for model in survey.orm.models:
        bare = strip(model.symbol.name, prefix, suffix)
        name = subject(bare).name
        plural += bare == name.Many != name.One
    word = "{Many}" if plural * 2 > len(survey.orm.models) > 0 else "{One}"
    return f"{prefix}{word}{suffix}"


def _table(survey: Survey, default: str) -> str:
    """How tables are called after their models, where the model names them."""
    base = survey.orm.base
    prefix, suffix = affixes(model.symbol.name for model in survey.orm.models)
    if base is not None and base.tablename and not prefix + suffix:
        return base.tablename
    votes: list[str] = []
    for model in survey.orm.models:
        name = subject(strip(model.symbol.name, prefix, suffix)).name
        forms = {
            name.many: "{many}", name.one: "{one}", name.Many: "{Many}", name.One: "{One}",
            name.many.replace("_", ""): "{many}", name.one.replace("_", ""): "{one}",
        }  # fmt: skip
        if model.table in forms and name.one != name.many:
            votes.append(forms[model.table])
        elif model.table:
            for spelling, placeholder in forms.items():
                if model.table.endswith(f"_{spelling}") or model.table.startswith(f"{spelling}_"):
                    votes.append(model.table.replace(spelling, placeholder, 1))
                    break
    if not votes:
        return "{one}" if survey.orm.kind == "sqlmodel" and not survey.orm.models else default
    return majority(votes, default)


def _schema_base(index: ModuleIndex, schemas: Schemas, about: Sequence[Subject]) -> Import | None:
    """The class that most schemas have in place of ``BaseModel``, where they share one."""
    votes: Counter[tuple[str, str] | None] = Counter()
    for schema in schemas.used:
        found = root(index, schema.definition)
        if found is None:
            votes[None] += 1
            continue
        generic = re.fullmatch(
            r"(?:\w*(?:Custom|Core|App|API|Api|Orm|ORM|Camel|My|Common|Global|Strict|Config\w*|Project)\w*"
            r"|(?:Base|\w*Base)(?:Model|Schema|DTO|Dto)?|(?:Schema|Model)Base|Schema)",
            found.name,
        )
        own = class_pattern(found.name, about) is not None
        votes[(found.module.name, found.name) if generic and not own else None] += 1
    if not votes:
        return None
    best, count = votes.most_common(1)[0]
    if best is None or count * 2 <= votes.total() or count < 2:
        return None
    return Import(*best)


def _router_variable(near: Neighbours, about: Sequence[Subject]) -> str:
    votes: Counter[str] = Counter()
    for router in near.routers:
        name = router.variable
        if name in ("router", "api", "app", "api_router", "route"):
            votes[name] += 1
        elif form := pattern(name, about):
            votes[form] += 1
        elif name.endswith("_router"):
            votes[
                "{many}_router" if name.removesuffix("_router").endswith("s") else "{one}_router"
            ] += 1
    best = majority(votes.elements(), "router")
    return best if best not in ("api", "app") else "router"


def _router_class(index: ModuleIndex, near: Neighbours) -> Import | None:
    votes: Counter[str] = Counter()
    for router in near.routers:
        origin = index.origin(router.module, router.call.func)
        votes[origin if origin and origin not in _FASTAPI_ROUTER else ""] += 1
    best = majority(votes.elements(), "", 0.5)
    if not best or best.startswith("fastapi."):
        return None
    module, _, name = best.rpartition(".")
    return Import(module, name)


def _tag(near: Neighbours, about: Sequence[Subject]) -> str | None:
    votes: Counter[str | None] = Counter()
    for router in near.routers:
        value = router.keyword("tags") or (router.include or {}).get("tags")
        if value is None:
            votes[None] += 1
            continue
        word = _first_text(value)
        form = tag_pattern(word, about) if word else None
        votes[form or ""] += 1
    if not votes:
        return "{many}"
    known = Counter({form: count for form, count in votes.items() if form})
    if known:
        return known.most_common(1)[0][0]
    # Tags that are named after nothing known, or members of an enum: tagged all the same.
    return "{many}" if votes[""] > 0 and votes[""] >= votes[None] else None


def tag_pattern(word: str, about: Iterable[Subject]) -> str | None:
    """``Users`` → ``{Many}``, ``order items`` → ``{humans}``"""
    for item in about:
        name = item.name
        forms: dict[str, str] = {}
        for spelling, placeholder in (
            (name.many, "{many}"), (name.one, "{one}"), (name.Many, "{Many}"), (name.One, "{One}"),
            (name.slug, "{slug}"), (name.humans, "{humans}"), (name.human, "{human}"),
            (name.humans.title(), "{Many}"), (name.human.title(), "{One}"),
            (name.humans.capitalize(), "{Many}"), (name.human.capitalize(), "{One}"),
        ):  # fmt: skip
            forms.setdefault(spelling, placeholder)
        if word in forms:
            return forms[word]
    return None


def _first_text(value: ast.expr) -> str | None:
    if isinstance(value, ast.List | ast.Tuple) and value.elts:
        first = value.elts[0]
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            return first.value
    return None


def _trailing_slash(near: Neighbours) -> bool:
    """Whether collections end with a slash: ``/users/``."""
    with_slash = without = 0
    for router in near.routers:
        prefixed = _prefixed(router)
        for endpoint in router.endpoints:
            if endpoint.path is None or endpoint.method not in ("get", "post"):
                continue
            if endpoint.path in ("", "/"):
                if not prefixed:
                    continue  # the router lies at the root: that slash is the path itself
                with_slash += endpoint.path == "/"
                without += endpoint.path == ""
    if with_slash == without == 0:
        for endpoint in near.endpoints:
            path = endpoint.path
            if path and path != "/" and "{" not in path and endpoint.method in ("get", "post"):
                with_slash += path.endswith("/")
                without += not path.endswith("/")
    return with_slash > without


def _item_slash(near: Neighbours) -> bool:
    """Whether single objects end with a slash too: ``/users/{user_id}/``."""
    paths = [one.path for one in near.endpoints if one.path and one.path.rstrip("/").endswith("}")]
    return sum(path.endswith("/") for path in paths) * 2 > len(paths)


def _prefixed(router: Router) -> bool:
    include: Mapping[str, ast.expr] = router.include or {}
    return router.keyword("prefix") is not None or "prefix" in include


def _async(near: Neighbours, survey: Survey) -> bool:
    votes = [isinstance(endpoint.node, ast.AsyncFunctionDef) for endpoint in near.endpoints]
    if not votes:
        return survey.orm.is_async
    return sum(votes) * 2 > len(votes)


def _future(near: Neighbours, survey: Survey) -> bool:
    """Whether most modules say so, and of the routers by themselves most, too.

    Models often need it for one another where nothing else in the app has it.
    """
    every = (near.modules, _modules(near, survey))
    return all(_say_future(modules) for modules in every if modules)


def _say_future(modules: Sequence[Module]) -> bool:
    count = sum("from __future__ import annotations" in module.text for module in modules)
    return count * 2 > len(modules)


def _optional(near: Neighbours, survey: Survey, schemas: Schemas) -> Literal["pipe", "optional"]:
    texts = {module.file: module for module in (*_modules(near, survey), *schemas.modules)}
    pipe = optional = 0
    for module in texts.values():
        pipe += len(re.findall(r"\|\s*None\b", module.text))
        optional += len(re.findall(r"\bOptional\[", module.text))
    return "optional" if optional > pipe else "pipe"
