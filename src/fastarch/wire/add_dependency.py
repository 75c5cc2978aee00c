"""Add a dependency where the project declares its own, in the shape of its neighbours."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from typing import Any, Literal

from fastarch.records import dataclass
from fastarch.wire.add_requirement import AddRequirement
from fastarch.wire.edit import Already, Cannot, Changed, Outcome
from fastarch.wire.requirement import extras_of, name_of, satisfied, sorted_place
from fastarch.wire.toml_text import (
    add_array,
    add_key,
    array_span,
    insert_item,
    items,
    remove_item,
    remove_key,
    remove_lines,
)

Table = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AddDependency:
    """A runtime dependency, or one of a group that the project has.

    PEP 621, PEP 735 and optional dependencies, and Poetry's tables are known. Every result is read
    again and compared with what it should say, so a shape that is not known is refused.

    Args:
        kind: pyproject.toml (its tables say whether Poetry's count), or a requirements file.
        requirement: PEP 508: ``pwdlib[argon2]>=0.3``.
        group: A dependency group or an optional dependency; None for the runtime.
    """

    kind: Literal["pyproject", "poetry", "requirements"]
    requirement: str
    group: str | None = None

    def apply(self, source: bytes) -> Outcome:
        """Add the dependency."""
        if self.kind == "requirements":
            return _as(self, AddRequirement(self.requirement).apply(source))
        try:
            text = source.decode("utf-8")
            data = tomllib.loads(text.removeprefix("\ufeff"))
        except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            return Cannot(f"pyproject.toml cannot be read: {error}", self.requirement)
        place = self._place(data)
        if place is None:
            what = f"dependency group {self.group}" if self.group else "list of dependencies"
            return Cannot(f"pyproject.toml has no {what}", self.requirement)
        table, key = place
        there = _get(data, (*table, key) if key else table)
        if key is None:
            return self._apply_poetry(text, data, table)
        if there is not None and satisfied(
            self.requirement, [one for one in there if isinstance(one, str)]
        ):
            return Already()
        if there is None:
            after = add_array(text, table, key, self.requirement)
            expected = [self.requirement]
        else:
            span = array_span(text, table, key)
            found = None if span is None else items(text, span)
            if span is None or found is None or len(found) != len(there):
                return self._unclear()
            index = _index(self.requirement, there)
            after = insert_item(text, span, index, self.requirement)
            expected = [*there[:index], self.requirement, *there[index:]]
        return self._checked(after, data, (*table, key), expected)

    def revert(self, source: bytes) -> Outcome:
        """Remove the dependency; one that asks for another version stays."""
        if self.kind == "requirements":
            return AddRequirement(self.requirement).revert(source)
        try:
            text = source.decode("utf-8")
            data = tomllib.loads(text.removeprefix("\ufeff"))
        except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            return Cannot(f"pyproject.toml cannot be read: {error}", self.requirement)
        place = self._place(data)
        if place is None:
            return Already()
        table, key = place
        if key is None:
            return self._revert_poetry(source, text, data, table)
        there = _get(data, (*table, key)) or []
        if self.requirement not in there:
            same = [one for one in there if satisfied(self.requirement, [str(one)])]
            kept = tuple(f"{one} was edited by hand and stays" for one in same)
            return Changed(source, kept=kept) if kept else Already()
        span = array_span(text, table, key)
        if span is None or len(items(text, span) or ()) != len(there):
            return self._unclear()
        index = there.index(self.requirement)
        expected: object = [*there[:index], *there[index + 1 :]]
        if len(there) == 1 and "\n" in text[span[0] : span[1]]:
            after, expected = remove_lines(text, span), None
        else:
            after = remove_item(text, span, index)
        return self._checked(after, data, (*table, key), expected, made=False)

    def _place(self, data: dict[str, Any]) -> tuple[Table, str | None] | None:
        """The table and the key of the list; no key where the table itself is the list (Poetry)."""
        project = _get(data, ("project",))
        if self.group is None:
            poetry = _get(data, ("tool", "poetry", "dependencies"))
            own = isinstance(project, dict) and "dependencies" not in project.get("dynamic", ())
            if own and ("dependencies" in project or not poetry):
                return ("project",), "dependencies"
            if poetry is not None:
                return ("tool", "poetry", "dependencies"), None
            return None
        for table in (("dependency-groups",), ("project", "optional-dependencies")):
            if isinstance(_get(data, (*table, self.group)), list):
                return table, self.group
        if self.group == "dev" and _get(data, ("tool", "uv", "dev-dependencies")) is not None:
            return ("tool", "uv"), "dev-dependencies"
        group = ("tool", "poetry", "group", self.group, "dependencies")
        if _get(data, group) is not None:
            return group, None
        if self.group == "dev" and _get(data, ("tool", "poetry", "dev-dependencies")) is not None:
            return ("tool", "poetry", "dev-dependencies"), None
        return None

    def _poetry(self) -> tuple[str, str]:
        """The key and the value as Poetry spells them."""
        name = (re.match(r"[A-Za-z0-9._-]+", self.requirement) or [""])[0]
        version = re.sub(r"^[A-Za-z0-9._-]+\s*(\[[^\]]*\])?\s*", "", self.requirement) or "*"
        extras = ", ".join(f'"{one}"' for one in sorted(extras_of(self.requirement)))
        plain = f'"{version}"'
        return name, f"{{extras = [{extras}], version = {plain}}}" if extras else plain

    def _apply_poetry(self, text: str, data: dict[str, Any], table: Table) -> Outcome:
        there = _get(data, table)
        if any(name_of(one) == name_of(self.requirement) for one in there):
            return Already()
        name, value = self._poetry()
        after = add_key(text, table, name, value)
        if after is None:
            return self._unclear()
        return self._checked(after, data, (*table, name), tomllib.loads(f"x = {value}")["x"])

    def _revert_poetry(
        self, source: bytes, text: str, data: dict[str, Any], table: Table
    ) -> Outcome:
        name, value = self._poetry()
        there = _get(data, table)
        if name not in there:
            return Already()
        if there[name] != tomllib.loads(f"x = {value}")["x"]:
            return Changed(source, kept=(f"{name} was edited by hand and stays",))
        after = remove_key(text, table, name)
        if after is None:
            return self._unclear()
        return self._checked(after, data, (*table, name), None, made=False)

    def _unclear(self) -> Cannot:
        return Cannot("the dependencies in pyproject.toml have an unusual shape", self.requirement)

    def _checked(
        self,
        after: str | None,
        data: dict[str, Any],
        path: Table,
        expected: object,
        *,
        made: bool = True,
    ) -> Outcome:
        """The new text, if it says what it should and nothing else."""
        if after is None:
            return self._unclear()
        try:
            new = tomllib.loads(after.removeprefix("\ufeff"))
        except tomllib.TOMLDecodeError:
            return self._unclear()
        if new != _with(data, path, expected):
            return self._unclear()
        return Changed(after.encode("utf-8"), (self,) if made else ())


def _as(edit: AddDependency, outcome: Outcome) -> Outcome:
    return replace(outcome, made=(edit,)) if isinstance(outcome, Changed) else outcome


def _index(requirement: str, there: list[Any]) -> int:
    plain = [one for one in there if isinstance(one, str)]
    return sorted_place(requirement, plain) if len(plain) == len(there) else len(there)


def _get(data: Any, path: Table) -> Any:  # noqa: ANN401 - what TOML holds
    for key in path:
        if not isinstance(data, dict) or key not in data:
            return None
        data = data[key]
    return data


def _with(data: dict[str, Any], path: Table, value: object) -> dict[str, Any]:
    """The data with one value replaced; None removes it."""
    key, rest = path[0], path[1:]
    if rest:
        return {**data, key: _with(data.get(key, {}), rest, value)}
    others = {name: one for name, one in data.items() if name != key}
    return others if value is None else {**others, key: value}
