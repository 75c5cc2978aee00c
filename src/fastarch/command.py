"""Typer commands that convert only what is to be converted, and answer in JSON where asked to.

Typer sends every parameter through pydantic, words that stay words and options that nobody gave
included. To load pydantic for that takes longer than to read the app.
"""
# ruff: noqa: ANN401 - the types of Typer's parameters and contexts are private

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from functools import partial
from typing import Any

from typer import BadParameter
from typer.core import TyperCommand, TyperGroup

# Typer has moved its base, the error of every wrong use, from one module to another.
_WrongUse: Any = BadParameter.__base__


class Command(TyperCommand):
    """For ``@app.command(cls=Command)``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse, with Typer's own conversion behind ours."""
        _spare(self.get_params(ctx))
        with _told_in_json(ctx, args):
            return super().parse_args(ctx, args)


class Group(TyperGroup):
    """For ``Typer(cls=Group)``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse, with Typer's own conversion behind ours."""
        _spare(self.get_params(ctx))
        with _told_in_json(ctx, args):
            return super().parse_args(ctx, args)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command that is named."""
        with _told_in_json(ctx, args):
            return super().resolve_command(ctx, args)


@contextmanager
def _told_in_json(ctx: Any, args: list[str]) -> Iterator[None]:
    """Wrong use is one JSON object on stdout too, where the command asks for one."""
    asked = "--json" in args  # parsing empties the list
    try:
        yield
    except _WrongUse as error:
        if asked:
            from fastarch.console import error_json, show_json
            from fastarch.errors import UsageError

            command = ctx.command_path.partition(" ")[2]
            show_json(error_json(command, UsageError(error.format_message())))
        raise


def _spare(parameters: Iterable[Any]) -> None:
    for parameter in parameters:
        if getattr(parameter, "is_flag", False):
            parameter.metavar = ""  # the help would name a type, where no value is taken
        # Older versions of Typer have no such attribute, and convert without pydantic.
        if hasattr(parameter, "type_descriptor"):
            parameter.process_value = partial(_process, parameter, parameter.process_value)


def _process(parameter: Any, convert: Any, ctx: Any, value: Any) -> Any:
    choices = parameter.type_descriptor.choices
    if choices and isinstance(value, str) and value not in choices:
        raise BadParameter(_no_choice(value, choices), ctx, parameter)
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


def _no_choice(value: str, choices: Iterable[str]) -> str:
    near = get_close_matches(value, choices, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    return f"{value!r} is not one of {', '.join(map(repr, choices))}.{hint}"
