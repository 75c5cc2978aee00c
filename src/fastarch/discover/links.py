"""The code around a model: its schemas, router and layers, as far as they are certain."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from pathlib import PurePosixPath

from fastarch.discover import patterns
from fastarch.discover.annotations import unwrap
from fastarch.discover.bases import Entity
from fastarch.discover.columns import lineage
from fastarch.discover.discovery import Reading
from fastarch.discover.index import Definition, Module, dotted
from fastarch.discover.neighbours import Endpoint, Neighbours, endpoints_of, has_endpoints
from fastarch.discover.patterns import Subject, class_pattern
from fastarch.discover.profile import Role
from fastarch.discover.schema_names import is_usual
from fastarch.discover.schemas import Purpose, Schema, is_schema, schemas
from fastarch.records import dataclass
from fastarch.spec.names import Name
from fastarch.spec.resource import ScalarType

_PURPOSES: tuple[Purpose, ...] = ("create", "update", "read")
_KINDS: Mapping[str, ScalarType] = {
    "EmailStr": "email", "HttpUrl": "url", "AnyUrl": "url", "AnyHttpUrl": "url",
    # What the schemas of a resource of ours say.
    "EMAIL": "email", "WEB_ADDRESS": "url",
}  # fmt: skip
_EXACT = frozenset({"{one}", "{many}", "{slug}", "{one}_router", "{many}_router"})
_WORD = re.compile(r"\w+")
# Routers that answer with a user, and do not serve users.
_SIGN_IN = re.compile(
    r"(?:^|[._])(?:auth(?!ors?\b)\w*|login|logout|oauth2?|token|session)(?:$|[._])"
)
_ANSWERS = 3
"""An endpoint that answers with the resource counts so many times one that mentions it."""
_SURELY = 2
"""Endpoints that answer with it, of a router that is called after something else."""
_CLEARLY = 2
"""Of several routers, one is meant that counts so many times the next."""


@dataclass(frozen=True, slots=True)
class Links:
    """Where the rest of a resource lies.

    Args:
        schemas: By purpose, ``FILE:CLASS``.
        router: ``FILE:NAME``.
        paths: By role, the file; the model's own is left out.
        shown: The fields that answers have.
        kinds: Fields that are e-mail or web addresses in a schema.
    """

    schemas: Mapping[Purpose, str] = field(default_factory=dict)
    router: str | None = None
    paths: Mapping[Role, str] = field(default_factory=dict)
    shown: frozenset[str] = frozenset()
    kinds: Mapping[str, ScalarType] = field(default_factory=dict)


def find_links(
    reading: Reading,
    entity: Entity,
    name: Name,
    spelled: Mapping[Purpose, str],
    homes: Mapping[Role, str],
) -> Links:
    """What belongs to a model.

    Args:
        reading: The app.
        entity: The model's class.
        name: The resource's name.
        spelled: By purpose, what the app would call the schema.
        homes: By role, where the app would keep the code; a file that says nothing of the model is
            none of its.
    """
    finder = _Finder(reading, entity, name)
    found = finder.schemas(spelled)
    answers = [one for one in finder.about if finder.purposes[one] == "read"]
    shown = frozenset(column for one in answers for column, _ in finder.annotations(one))
    router = finder.router({definition.name for definition in found.values()})
    paths: dict[Role, str] = {
        role: path
        for role, path in homes.items()
        if role not in ("model", "schema", "router") and finder.mentions(path)
    }
    files = Counter(definition.module.file for definition in found.values())
    if files:
        paths["schema"] = files.most_common(1)[0][0]
    if router is not None:
        paths["router"] = router.rpartition(":")[0]
    return Links(
        {purpose: _told(definition) for purpose, definition in found.items()},
        router,
        paths,
        shown,
        finder.kinds(list(found.values()) + answers),
    )


class _Finder:
    def __init__(self, reading: Reading, entity: Entity, name: Name) -> None:
        self.index = reading.index
        self.entity = entity
        self.name = name
        self.reach = reading.reach
        models = [model.symbol.name for model in reading.profile.orm.models]
        affixes = patterns.affixes(models)
        self.subject = Subject(name)
        self.subjects = (
            self.subject,
            *(patterns.subject(patterns.strip(one, *affixes)) for one in models),
        )
        self.endpoints = [
            endpoint
            for module in self.reach
            if has_endpoints(module) and self._names_it(module.text)
            for endpoint in endpoints_of(module)
        ]
        found = list(self._about())
        self.about = [schema.definition for schema in found]
        self.purposes = {schema.definition: schema.purpose for schema in found}

    def _names_it(self, text: str) -> bool:
        return self.name.One in text or self.entity.definition.name in text

    def _about(self) -> Iterator[Schema]:
        """The schemas that endpoints use and that are named after the resource."""
        module = self.entity.definition.module
        near = Neighbours(module, (), tuple(self.endpoints), ())
        for schema in schemas(self.index, near).used:
            form = class_pattern(schema.definition.name, [self.subject])
            if form is None or not is_usual(form, schema.purpose):
                continue
            if form == class_pattern(schema.definition.name, self.subjects):
                yield schema

    def schemas(self, spelled: Mapping[Purpose, str]) -> dict[Purpose, Definition]:
        """The schema for each purpose, where there is one and no doubt."""
        found: dict[Purpose, Definition] = {}
        for purpose in _PURPOSES:
            used = _distinct(one for one in self.about if self.purposes[one] == purpose)
            wanted = spelled.get(purpose)
            named = [one for one in used if one.name == wanted] or list(self._classes(wanted or ""))
            chosen = named or used
            if len(chosen) == 1:
                found[purpose] = chosen[0]
        return found

    def _classes(self, name: str) -> Iterator[Definition]:
        for module in self.reach:
            if f"class {name}(" in module.text:
                definition = self.index.resolve(module, name)
                if definition is not None and is_schema(self.index, definition):
                    yield definition

    def router(self, names: set[str]) -> str | None:
        """The router whose endpoints serve the resource, where there is no doubt."""
        wanted = names | {self.entity.definition.name}
        scores: Counter[tuple[str, str]] = Counter()
        answering: Counter[tuple[str, str]] = Counter()
        modules: dict[tuple[str, str], Module] = {}
        for endpoint in self.endpoints:
            key = (endpoint.module.file, endpoint.on)
            answers = wanted & set(_WORD.findall(_answer(endpoint)))
            if answers or wanted & set(_WORD.findall(ast.unparse(endpoint.node))):
                scores[key] += _ANSWERS if answers else 1
                answering[key] += bool(answers)
                modules[key] = endpoint.module
        called = {key: set(self._patterns(modules[key], key[1])) for key in scores}
        exact = [key for key in scores if called[key] & _EXACT]
        named = [key for key in scores if called[key]]
        # A page for people mentions the resource too; an API answers with it.
        chosen = (
            [key for key in exact if answering[key]]
            or [key for key in named if answering[key]]
            or exact
            or named
            or [
                key
                for key, count in answering.items()
                if count >= _SURELY and not _SIGN_IN.search(f"{modules[key].name}.{key[1]}")
            ]
        )
        ranked = sorted(chosen, key=lambda key: scores[key], reverse=True)
        if not ranked or (len(ranked) > 1 and scores[ranked[0]] < _CLEARLY * scores[ranked[1]]):
            return None
        file, variable = ranked[0]
        return f"{file}:{variable}"

    def _patterns(self, module: Module, variable: str) -> Iterator[str]:
        """What a router's file, folder, variable and prefix are called after the resource."""
        path = PurePosixPath(module.file)
        texts = [path.stem, path.parent.name, variable]
        definition = self.index.resolve(module, variable)
        if definition is not None and isinstance(definition.value, ast.Call):
            texts += [
                str(word.value.value).strip("/").rpartition("/")[2]
                for word in definition.value.keywords
                if word.arg == "prefix" and isinstance(word.value, ast.Constant)
            ]
        for text in texts:
            if found := patterns.pattern(text, [self.subject]):
                yield found

    def mentions(self, path: str) -> bool:
        """Whether there is such a file, and it says the model's name."""
        if not (self.index.root / path).is_file():
            return False
        words = set(_WORD.findall(self.index.at(path).text))
        return bool(words & {self.entity.definition.name, self.name.many, self.name.one})

    def annotations(self, definition: Definition) -> Iterator[tuple[str, tuple[Module, ast.expr]]]:
        """The fields of a schema, inherited ones included."""
        for current in lineage(self.index, definition):
            for statement in getattr(current.node, "body", ()):
                if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                    yield statement.target.id, (current.module, statement.annotation)

    def kinds(self, definitions: Sequence[Definition]) -> dict[str, ScalarType]:
        """Fields that are e-mail or web addresses."""
        found: dict[str, ScalarType] = {}
        for definition in definitions:
            for name, (module, annotation) in self.annotations(definition):
                words = set(unwrap(self.index, module, annotation).names)
                for alias in ast.walk(annotation):
                    target = (
                        self.index.resolve(module, dotted(alias))
                        if isinstance(alias, ast.Name)
                        else None
                    )
                    if target is not None and isinstance(target.value, ast.Subscript):
                        words |= set(_WORD.findall(ast.unparse(target.value)))
                for word, kind in _KINDS.items():
                    if word in words:
                        found.setdefault(name, kind)
        return found


def _answer(endpoint: Endpoint) -> str:
    model = next((w.value for w in endpoint.decorator.keywords if w.arg == "response_model"), None)
    answer = model if model is not None else endpoint.node.returns
    return ast.unparse(answer) if answer is not None else ""


def _distinct(definitions: Iterator[Definition]) -> list[Definition]:
    found = {(one.module.file, one.name): one for one in definitions}
    return list(found.values())


def _told(definition: Definition) -> str:
    return f"{definition.module.file}:{definition.name}"
