"""Whether an endpoint answers with a list, and not with an object that has one among others."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from fastarch.discover.advice_study import Study
from fastarch.discover.annotations import unwrap
from fastarch.discover.collection import rows_of
from fastarch.discover.columns import lineage
from fastarch.discover.frames import Frame, Read
from fastarch.discover.modules import dotted
from fastarch.discover.queries import called
from fastarch.discover.schemas import is_schema
from fastarch.discover.trail import Trail

# What an envelope says besides its rows.
_BESIDE = re.compile(
    r"(?:.*_)?(?:total|counts?|pages?|size|limit|offset|skip|next|prev|previous|first|last|cursor|"
    r"success|status|code|message|msg|detail|error|errors|meta|metadata|links|more)(?:_.*)?|"
    r"has_\w+|per_page|data|content|result|response_model|encoding|media_type|headers|exclude_none|"
    r"by_alias|mode|background|from_attributes"
)


def answers_list(study: Study, trail: Trail) -> bool:
    """Whether the rows are the answer itself, or an envelope's only content."""
    return all(
        _BESIDE.fullmatch(name) or carries
        for function in trail.functions.values()
        for name, carries in _keys(function.frame)
    ) and _is_envelope(study)


def _keys(frame: Frame) -> Iterator[tuple[str, bool]]:
    """The keys of what a function returns, and whether each is where the rows are."""
    for statement in frame.statements():
        if not isinstance(statement, ast.Return) or statement.value is None:
            continue
        values = [statement.value]
        if isinstance(statement.value, ast.Name):
            values = frame.binding(statement.value.id, statement.value)
        for value in values:
            yield from _keys_in(frame, value)


def _keys_in(frame: Frame, node: ast.expr) -> Iterator[tuple[str, bool]]:
    if rows_of(Read(frame, node)) is None:
        return
    match node:
        case ast.Await(value=value):
            yield from _keys_in(frame, value)
        case ast.Dict(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                yield (
                    str(getattr(key, "value", "")),
                    rows_of(Read(frame, value)) is not None,
                )
                yield from _keys_in(frame, value)
        case ast.Call(keywords=words) if called(frame, node) is None:
            for word in words:
                yield word.arg or "", rows_of(Read(frame, word.value)) is not None
                yield from _keys_in(frame, word.value)
        case _:
            pass


def _is_envelope(study: Study) -> bool:
    """Whether the response model is a list, or has nothing besides one that is no envelope's."""
    index = study.found.index
    said = study.keyword("response_model") or study.operation.node.returns
    answer = unwrap(index, study.operation.module, said)
    name = dotted(answer.node)
    model = index.resolve(answer.module, name) if name else None
    if model is None or not is_schema(index, model):
        return True
    fields = {
        dotted(statement.target)
        for current in lineage(index, model)
        for statement in getattr(current.node, "body", ())
        if isinstance(statement, ast.AnnAssign) and "ClassVar" not in ast.unparse(statement)
    }
    return len([one for one in fields if not _BESIDE.fullmatch(one)]) <= 1
