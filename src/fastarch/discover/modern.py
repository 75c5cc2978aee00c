# ruff: noqa: N802, ARG002 - the names and signatures of libcst visitors
"""Newer syntax than the running Python knows, rewritten for its ``ast``. Loads libcst."""

from __future__ import annotations

import ast

import libcst as cst


def downgrade(text: str) -> str | None:
    """The same program in older spelling, line for line; None where libcst cannot read it either.

    ``except A, B:`` gains its parentheses, type parameters go, ``type X = …`` becomes an
    assignment, strings that cannot be read become empty: enough for an app's facts.
    """
    try:
        return cst.parse_module(text).visit(_Older()).code
    except (cst.ParserSyntaxError, cst.CSTValidationError, RecursionError):
        return None


class _Older(cst.CSTTransformer):
    def leave_ExceptHandler(
        self, original_node: cst.ExceptHandler, updated_node: cst.ExceptHandler
    ) -> cst.ExceptHandler:
        kind = updated_node.type
        if isinstance(kind, cst.Tuple) and not kind.lpar:
            return updated_node.with_changes(
                type=kind.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
            )
        return updated_node

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        return updated_node.with_changes(type_parameters=None)

    def leave_ClassDef(
        self, original_node: cst.ClassDef, updated_node: cst.ClassDef
    ) -> cst.ClassDef:
        return updated_node.with_changes(type_parameters=None)

    def leave_TypeAlias(
        self, original_node: cst.TypeAlias, updated_node: cst.TypeAlias
    ) -> cst.Assign:
        return cst.Assign([cst.AssignTarget(updated_node.name)], updated_node.value)

    def leave_FormattedString(
        self, original_node: cst.FormattedString, updated_node: cst.FormattedString
    ) -> cst.BaseExpression:
        return _plain(original_node)

    def leave_TemplatedString(
        self, original_node: cst.TemplatedString, updated_node: cst.TemplatedString
    ) -> cst.BaseExpression:
        return _plain(original_node)


def _plain(node: cst.FormattedString | cst.TemplatedString) -> cst.BaseExpression:
    """A string of as many lines: what is in it cannot be known without running it."""
    code = cst.Module([]).code_for_node(node)
    if isinstance(node, cst.FormattedString) and _readable(code):
        return node
    lines = code.count("\n")
    return cst.SimpleString('""' if not lines else '"""' + "\n" * lines + '"""')


def _readable(code: str) -> bool:
    try:
        ast.parse(code)
    except SyntaxError:
        return False
    return True
