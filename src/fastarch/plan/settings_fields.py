"""Fields of a feature in the app's settings class, in its spelling; the class where it has none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from fastarch.discover.symbols import Expression, Import
from fastarch.plan import assemble
from fastarch.plan.database import import_lines, settings_symbol
from fastarch.plan.render import render
from fastarch.plan.steps import EditFile, Step, WriteFile
from fastarch.wire.add_class_keyword import AddClassKeyword
from fastarch.wire.add_setting import AddSetting
from fastarch.wire.imports import AddImport

if TYPE_CHECKING:
    from fastarch.discover.profile import AppProfile, Settings
    from fastarch.plan.blueprint import Setting
    from fastarch.plan.files import Files

_MYPY = ("pyproject.toml", "mypy.ini", ".mypy.ini", "setup.cfg")


def settings_of(profile: AppProfile, exists: Callable[[str], bool]) -> Settings:
    """The app's settings, or those that it gets, with a way to their values.

    Args:
        exists: Whether there is a file or folder of this path.
    """
    folder = PurePosixPath(profile.import_root, *(profile.package or "").split("."))
    found = settings_symbol(profile, folder, exists)
    if found.accessor is not None:
        return found
    made = Import(found.symbol.module, found.symbol.name)
    return replace(found, accessor=Expression(f"{found.symbol.name}()", (made,)))


def add_settings(
    profile: AppProfile,
    settings: Settings,
    fields: Sequence[Setting],
    every: Sequence[Setting] = (),
) -> Iterator[Step]:
    """The steps by which the settings have these fields.

    Args:
        settings: What ``settings_of`` gave.
        every: All that the feature can have, in their order. Whatever is there already, each
            field has the same place.
    """
    if profile.settings is None:
        words = {
            "settings_fields": [asdict(field) for field in fields],
            "settings_needs": "\n".join(import_lines(one for f in fields for one in f.imports)),
        }
        text = render("database/settings.py.jinja", words)
        text = assemble.module(text, settings.symbol.module, package=profile.package)
        yield WriteFile(settings.symbol.at.file, text)
        return
    if any("SecretStr" in field.type for field in fields):
        # An error at the start would tell what was said instead, of other fields too.
        hide = AddClassKeyword(settings.symbol.name, "hide_input_in_errors", "True")
        yield EditFile(settings.symbol.at.file, hide)
    named = bool(settings.prefix) or (settings.case_sensitive and not settings.upper)
    for field in fields:
        default, imports = field.default, field.imports
        if named:
            # The variable has the same name in every app.
            default = _with_alias(field)
            imports = (*imports, Import("pydantic", "Field"))
        source = f"{field_name(settings, field.name)}: {field.type} = {default}"
        later = [one.name for one in every]
        later = later[later.index(field.name) + 1 :] if later else []
        needed = tuple(AddImport(one.module, one.name) for one in dict.fromkeys(imports))
        before = tuple(field_name(settings, one) for one in later)
        put = AddSetting(settings.symbol.name, source, needed, before=before)
        yield EditFile(settings.symbol.at.file, put)


def secret_default(profile: AppProfile, files: Files) -> str:
    """How a secret without a default is declared.

    Without pydantic's plugin, mypy takes what is said by name for a default, and that alone.
    """
    folder = PurePosixPath(profile.dependencies.file if profile.dependencies else "").parent
    paths = [str(folder / name) for name in _MYPY]
    texts = [found for path in paths if (found := files.project.read(path)) is not None]
    is_checked = any(b"tool.mypy" in text or b"[mypy" in text for text in texts)
    if not is_checked or any(b"pydantic.mypy" in text for text in texts):
        return "Field(min_length=32)"
    return "Field(default=..., min_length=32)"


def field_name(settings: Settings, name: str) -> str:
    """A field in the class's own spelling."""
    return name.upper() if settings.upper else name


def value_of(settings: Settings, name: str) -> str:
    """The expression that reads a field."""
    assert settings.accessor is not None
    return f"{settings.accessor.source}.{field_name(settings, name)}"


def _with_alias(field: Setting) -> str:
    default = field.default or "..."
    alias = f'validation_alias="{field.name.upper()}"'
    if default.startswith("Field("):
        return f"{default.removesuffix(')')}, {alias})"
    return f"Field(default={default}, {alias})"
