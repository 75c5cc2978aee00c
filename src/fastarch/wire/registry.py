"""Edits as plain data, for the state that takes them back later."""

from __future__ import annotations

from dataclasses import fields
from importlib import import_module
from typing import Any, cast

from fastarch.wire.edit import Edit

_MODULES = {
    "AddAttribute": "add_attribute",
    "AddCall": "add_call",
    "AddClassKeyword": "add_class_keyword",
    "AddDependency": "add_dependency",
    "AddEnvLine": "add_env_line",
    "AddImport": "imports",
    "AddLifespan": "add_lifespan",
    "AddParameter": "add_parameter",
    "AddRequirement": "add_requirement",
    "AddRouteDependency": "add_route_dependency",
    "AddSetting": "add_setting",
    "AppendDefinitions": "append_definitions",
    "ChangeLength": "change_length",
    "ExtendList": "extend_list",
    "IncludeRouter": "include_router",
    "PageQuery": "page_query",
    "PassArgument": "pass_argument",
    "RegisterModel": "register_model",
    "ReplaceExpression": "replace_expression",
    "ReplaceParameter": "replace_parameter",
    "SetEnvironment": "set_environment",
    "RenameName": "rename_name",
    "WrapExpression": "wrap_expression",
}

NAMES = tuple(_MODULES)


def dump(edit: Edit) -> dict[str, Any]:
    """The edit as data that JSON can hold; what has its default is left out."""
    data: dict[str, Any] = {"edit": type(edit).__name__}
    for item in fields(edit):  # type: ignore[arg-type]
        value = getattr(edit, item.name)
        if value != item.default:
            data[item.name] = _plain(value)
    return data


def load(data: dict[str, Any]) -> Edit:
    """The edit again.

    Raises:
        ValueError: There is no such edit, or it has no such fields.
    """
    name = data.get("edit")
    if name not in _MODULES:
        raise ValueError(f"there is no edit {name!r}")
    kind = getattr(import_module(f"fastarch.wire.{_MODULES[name]}"), name)
    try:
        edit: Edit = kind(**{key: _rich(value) for key, value in data.items() if key != "edit"})
    except TypeError as error:
        raise ValueError(f"{name}: {error}") from error
    return edit


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return dump(cast(Edit, value)) if hasattr(value, "__dataclass_fields__") else value


def _rich(value: object) -> object:
    if isinstance(value, list):
        return tuple(_rich(item) for item in value)
    return load(value) if isinstance(value, dict) else value
