"""Typer commands that convert only what is to be converted.

Typer sends every parameter through pydantic, words that stay words and options that nobody gave
included. To load pydantic for that takes longer than to read the app.
"""
# ruff: noqa: ANN401 - the types of Typer's parameters and contexts are private

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from typer.core import TyperCommand, TyperGroup


class Command(TyperCommand):
    """For ``@app.command(cls=Command)``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse, with Typer's own conversion behind ours."""
        _spare(self.get_params(ctx))
        return super().parse_args(ctx, args)


class Group(TyperGroup):
    """For ``Typer(cls=Group)``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse, with Typer's own conversion behind ours."""
        _spare(self.get_params(ctx))
        return super().parse_args(ctx, args)


def _spare(parameters: Iterable[Any]) -> None:
    for parameter in parameters:
        # Older versions of Typer have no such attribute, and convert without pydantic.
        if hasattr(parameter, "type_descriptor"):
            parameter.process_value = partial(_process, parameter, parameter.process_value)


def _process(parameter: Any, convert: Any, ctx: Any, value: Any) -> Any:
    if not _is_plain(parameter, value):
        return convert(ctx, value)
    if value is None and (parameter.multiple or parameter.nargs == -1):
        value = ()
    return parameter.callback(ctx, parameter, value) if parameter.callback else value


def _is_plain(parameter: Any, value: Any) -> bool:
    """Has a value its type already? What is missing is left to Typer."""
    if value is None:
        return not parameter.required
    wanted = parameter.type_descriptor
    if isinstance(value, tuple):
        return bool(value) and wanted.annotation == list[str]
    return isinstance(value, str) and (wanted.annotation is str or value in (wanted.choices or ()))
