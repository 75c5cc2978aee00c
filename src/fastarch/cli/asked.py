"""Typer takes every command apart before it runs one; here it is told of the one alone."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy

import typer


def only_asked(group: typer.Typer, words: Sequence[str]) -> typer.Typer:
    """A group with nothing but the command that is asked for; the group itself where none is.

    Args:
        words: The command line's.
    """
    names = [word for word in words if not word.startswith("-")]
    if not names:
        return group
    commands = [one for one in group.registered_commands if one.name == names[0]]
    groups = [copy(one) for one in group.registered_groups if one.name == names[0]]
    if not commands and not groups:
        return group
    for one in groups:
        if one.typer_instance is not None:
            one.typer_instance = only_asked(one.typer_instance, names[1:])
    narrowed = copy(group)
    narrowed.registered_commands, narrowed.registered_groups = commands, groups
    return narrowed
