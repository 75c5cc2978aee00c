"""Relationships that are loaded row by row."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from fastarch.discover.advice_indexes import is_foreign
from fastarch.discover.advice_mends import loading
from fastarch.discover.advice_queries import Loop, entity_of_rows, filters, loops, relationships
from fastarch.discover.advice_study import Finding, Study, by_advise, verb
from fastarch.discover.annotations import unwrap
from fastarch.discover.bases import Entity
from fastarch.discover.columns import lineage
from fastarch.discover.index import Definition
from fastarch.discover.modules import Module, dotted
from fastarch.discover.queries import Facts
from fastarch.discover.schemas import is_schema
from fastarch.discover.trail import Site

_LISTS = frozenset({"list", "List", "Sequence", "Iterable", "set", "Set", "tuple", "Tuple"})
_VALIDATES = frozenset({"model_validate", "from_orm"})
_SELECT = frozenset({"select", True})
# Loading options that leave relationships alone.
_COLUMNS = frozenset({"load_only", "defer", "undefer", "undefer_group"})


def row_by_row(study: Study) -> Iterator[Finding]:
    """Lazy relationships that the answer shows, or code touches, for each row."""
    yield from _shown(study)
    for reached in study.fresh:
        for loop in loops(reached.frame):
            yield from _touched(study, loop)


def _shown(study: Study) -> Iterator[Finding]:
    trail = study.trail
    if trail is None or len(trail.sites) != 1:
        return
    site = trail.sites[0]
    entity = entity_of_rows(study, site.facts)
    schema = _schema_of(study)
    if entity is None or schema is None:
        return
    lazy = _lazy(study, entity.definition, site.facts)
    fields = schema_fields(study, schema)
    for name, many in lazy.items():
        if name not in fields or (not many and _is_of_one(study, site.facts, name)):
            continue
        yield _finding(
            study,
            site,
            entity,
            site.read.frame.module.file,
            site.read.node.lineno,
            f"{schema.name} shows {entity.model.symbol.name}.{name}, which the query does not"
            f" load{_cost(site.awaited)}",
            name,
            many=many,
        )


def _touched(study: Study, loop: Loop) -> Iterator[Finding]:
    if len(loop.trail.sites) != 1:
        return
    site = loop.trail.sites[0]
    entity = entity_of_rows(study, site.facts)
    if entity is None:
        return
    lazy = _lazy(study, entity.definition, site.facts)
    for node in (inner for part in loop.parts for inner in ast.walk(part)):
        match node:
            case ast.Attribute(value=ast.Name(id=name), attr=relation, ctx=ast.Load()):
                if name != loop.name or relation not in lazy:
                    continue
                many = lazy.pop(relation)
                if not many and _is_of_one(study, site.facts, relation):
                    continue
                yield _finding(
                    study,
                    site,
                    entity,
                    loop.frame.module.file,
                    node.lineno,
                    f"It reads {entity.model.symbol.name}.{relation} of each row, which the query"
                    f" does not load{_cost(site.awaited)}",
                    relation,
                    many=many,
                )
            case _:
                pass


def _cost(awaited: bool) -> str:
    if awaited:
        return ": an asynchronous session cannot load it later."
    return ": one more query for each row."


def _finding(
    study: Study,
    site: Site,
    entity: Entity,
    file: str,
    line: int,
    message: str,
    name: str,
    *,
    many: bool,
) -> Finding:
    model, label = entity.model.symbol.name, study.operation.label
    loader = "selectinload" if many else "joinedload"
    hint = f"add .options({loader}({model}.{name})) to the query"
    mend = loading(study.found.index, site, name, many=many)
    fix = by_advise(label) if mend is not None else None
    return Finding("n-plus-one", label, file, line, message, hint, fix, mend)


def _lazy(study: Study, model: Definition, facts: Facts) -> dict[str, bool]:
    """The relationships that a query leaves for later; whether each has many rows."""
    texts = [ast.unparse(read.node) for read in facts.options]
    for read in facts.options:
        node = read.node
        plain = isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute)
        if not plain or isinstance(node, ast.Starred) or '"*"' in ast.unparse(node):
            return {}  # options that are not written out
        if "'*'" in ast.unparse(node):
            return {}
    found = {}
    for name, (call, annotation) in relationships(study.found.index, model).items():
        words = _words(call)
        if words is None or words.get("lazy", "select") not in _SELECT:
            continue
        said = ast.unparse(annotation) if annotation is not None else ""
        if said.startswith(("DynamicMapped", "WriteOnlyMapped")):
            continue
        if any(name in _identifiers(text) for text in texts if called_columns(text)):
            continue
        many = words.get("uselist") is not False and (
            any(f"{word}[" in said for word in _LISTS) if said else not _has_key(study, model, name)
        )
        found[name] = many
    return found


def called_columns(text: str) -> bool:
    """Whether an option loads more than columns."""
    return text.partition("(")[0].rpartition(".")[2] not in _COLUMNS


def _identifiers(text: str) -> set[str]:
    tree = ast.parse(text, mode="eval")
    found = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    found |= {str(node.value) for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    return found


def _words(call: ast.Call) -> Mapping[str, object] | None:
    """Constant keyword arguments; None where not all are written out."""
    found: dict[str, object] = {}
    for word in call.keywords:
        if word.arg is None:
            return None
        if word.arg == "sa_relationship":
            return None
        if word.arg == "sa_relationship_kwargs":
            if not isinstance(word.value, ast.Dict):
                return None
            for key, value in zip(word.value.keys, word.value.values, strict=True):
                if not isinstance(key, ast.Constant):
                    return None
                found[str(key.value)] = getattr(value, "value", None)
        else:
            found[word.arg] = getattr(word.value, "value", None)
    return found


def _has_key(study: Study, model: Definition, name: str) -> bool:
    """Whether a model has the key of a relationship itself: it leads to one row."""
    entity = study.entity(model)
    column = entity.columns.get(f"{name}_id") if entity is not None else None
    return column is not None and is_foreign(column)


def _is_of_one(study: Study, facts: Facts, relation: str) -> bool:
    """Whether all rows may refer to the same one, which is loaded once."""
    own = f"{relation}_id"
    for one in filters(study, facts):
        columns = one.entity.columns
        # By its name a key is another relationship's, where this one's is there besides.
        is_own = one.column == own or own not in columns
        if one.equal and is_own and is_foreign(columns[one.column]):
            return True
    return False


def _schema_of(study: Study) -> Definition | None:
    """The schema that each row is turned into; None where code takes rows apart itself."""
    index = study.found.index
    trail = study.trail
    assert trail is not None
    said = {word.arg for word in study.operation.decorator.keywords}
    if said & {"response_model_exclude", "response_model_include", "response_class", None}:
        return None
    for function in trail.functions.values():
        for loop in loops(function.frame):
            part = loop.parts[0]
            if verb(part) not in _VALIDATES:
                return None
            assert isinstance(part, ast.Call)
            assert isinstance(part.func, ast.Attribute)
            owner = index.resolve(loop.frame.module, dotted(part.func.value) or "-")
            return owner if owner is not None and is_schema(index, owner) else None
    if trail.responses:
        return None
    answer = study.keyword("response_model") or study.operation.node.returns
    return _element(study, study.operation.module, answer, shaped=trail.shaped)


def _element(
    study: Study, module: Module, annotation: ast.expr | None, *, shaped: bool
) -> Definition | None:
    """The schema of a list's elements: ``list[UserRead]``, or the one list of an envelope."""
    index = study.found.index
    answer = unwrap(index, module, annotation)
    node = answer.node
    if isinstance(node, ast.Subscript) and dotted(node.value).rpartition(".")[2] in _LISTS:
        inner = node.slice.elts[0] if isinstance(node.slice, ast.Tuple) else node.slice
        name = dotted(unwrap(index, answer.module, inner).node)
        found = index.resolve(answer.module, name) if name else None
        return found if found is not None and is_schema(index, found) else None
    name = dotted(node)
    envelope = index.resolve(answer.module, name) if name and shaped else None
    if envelope is None or not is_schema(index, envelope):
        return None
    inside = [
        _element(study, owner.module, said, shaped=False)
        for owner, said in _written(study, envelope).values()
    ]
    schemas = [one for one in inside if one is not None]
    return schemas[0] if len(schemas) == 1 else None


def schema_fields(study: Study, schema: Definition) -> set[str]:
    """The fields that a schema reads from an object by their own names."""
    return set(_written(study, schema))


def _written(study: Study, schema: Definition) -> dict[str, tuple[Definition, ast.expr]]:
    found: dict[str, tuple[Definition, ast.expr]] = {}
    hidden: set[str] = set()
    for current in lineage(study.found.index, schema):
        for statement in getattr(current.node, "body", ()):
            if not isinstance(statement, ast.AnnAssign):
                continue
            name, value = dotted(statement.target), statement.value
            words = {word.arg for word in value.keywords} if isinstance(value, ast.Call) else set()
            if verb(value) == "Relationship" or words & {"exclude", "alias", "validation_alias"}:
                hidden.add(name)
            if name not in hidden:
                found.setdefault(name, (current, statement.annotation))
    return found
