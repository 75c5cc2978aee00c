"""Whole rows that are loaded where a column or two are used."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from fastarch.discover.advice_lists import is_used_besides
from fastarch.discover.advice_queries import Loop, entity_of_rows, loops
from fastarch.discover.advice_study import Finding, Study

FEW = 2
MANY = 5
"""A model with fewer columns is as well read whole."""


def whole_rows(study: Study) -> Iterator[Finding]:
    """Comprehensions that take an attribute or two of each row."""
    for reached in study.fresh:
        for loop in loops(reached.frame):
            if isinstance(loop.node, ast.For) or is_used_besides(loop.frame, loop.iterated):
                continue
            used = _attributes(loop)
            if not used or len(used) > FEW or len(loop.trail.sites) != 1:
                continue
            site = loop.trail.sites[0]
            facts = site.facts
            if site.read.frame.node is not loop.frame.node:
                continue  # others may use the rows that a function gives
            entity = entity_of_rows(study, facts)
            if entity is None or facts.limits or facts.options:
                continue
            if len(entity.columns) < MANY or not used <= entity.columns.keys():
                continue
            name = entity.model.symbol.name
            words = ", ".join(sorted(used))
            columns = ", ".join(f"{name}.{one}" for one in sorted(used))
            yield Finding(
                "whole-rows",
                study.operation.label,
                loop.frame.module.file,
                loop.node.lineno,
                f"It loads all {len(entity.columns)} columns of {name} and uses {words}.",
                f"select what is used: select({columns})",
            )


def _attributes(loop: Loop) -> set[str] | None:
    """What is taken of each row; None where a row is used in another way."""
    used: set[str] = set()
    owners: set[int] = set()
    for node in (inner for part in loop.parts for inner in ast.walk(part)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.value.id == loop.name:
                used.add(node.attr)
                owners.add(id(node.value))
        elif isinstance(node, ast.Name) and node.id == loop.name and id(node) not in owners:
            return None
    return used
