"""The groups of commands: what stands before a command's own name."""

from __future__ import annotations

import typer

from fastarch.command import Group

app = typer.Typer(
    name="fastarch",
    cls=Group,
    help="Write resources and features into the FastAPI app that you already have.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
new = typer.Typer(
    help="Scaffold a resource into an app, or a small app to start from.",
    cls=Group,
    no_args_is_help=True,
)
add = typer.Typer(
    help="Add a feature: to a resource, or to code written by hand.",
    cls=Group,
    no_args_is_help=True,
)
auth = typer.Typer(
    help="Let people sign in, in one way or another.", cls=Group, no_args_is_help=True
)
remove = typer.Typer(help="Take something out again.", cls=Group, no_args_is_help=True)
app.add_typer(new, name="new")
app.add_typer(add, name="add")
add.add_typer(auth, name="auth")
app.add_typer(remove, name="remove")
