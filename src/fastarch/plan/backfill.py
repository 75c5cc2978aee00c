"""What rows that are there get in columns that they must have a value in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fastarch.errors import Problem, UsageError
from fastarch.plan.renames import column_name
from fastarch.plan.row_values import Source, checked, filler, value_source
from fastarch.plan.table_evolution import Filler
from fastarch.plan.table_state import Column
from fastarch.spec.place import nearest
from fastarch.spec.resource import Resource


class Backfill:
    """Values that somebody typed, each of which must be of use."""

    def __init__(self, values: Mapping[str, str], resources: Sequence[Resource]) -> None:
        self._values = values
        self._used: set[str] = set()
        self._resources = resources
        for key in values:
            self._require_known(key)

    def _require_known(self, key: str) -> None:
        owner, _, name = key.rpartition(".")
        known = {one.name.many: one for one in self._resources}
        known |= {one.name.one: one for one in self._resources}
        if owner and owner not in known:
            hint = nearest(owner, known) or f"there are {', '.join(sorted(known))}"
            raise UsageError(Problem(f"--backfill {key}: {owner} does not change.", hint=hint))
        looked = [known[owner]] if owner else self._resources
        names = [n for one in looked for item in one.fields for n in (item.name, column_name(item))]
        if name not in names:
            where = owner or " or ".join(one.name.many for one in looked)
            message = f"--backfill {key}: {where} has no field {name}."
            raise UsageError(Problem(message, hint=nearest(name, names)))

    def value(self, resource: Resource, column: Column) -> str | None:
        """The value for a column, None where there is none.

        Raises:
            UsageError: it is no value of the column.
        """
        item = next((one for one in resource.fields if column_name(one) == column.name), None)
        if item is None:
            return None
        for owner in (f"{resource.name.many}.", f"{resource.name.one}.", ""):
            for name in (item.name, column.name):
                key = f"{owner}{name}"
                if key in self._values:
                    self._used.add(key)
                    return checked(column, key, self._values[key])
        return None

    def require_used(self) -> None:
        """Refuse values that no row needs."""
        problems = [
            Problem(f"--backfill {key}: no row that is there needs a value.", hint="leave it out")
            for key in self._values
            if key not in self._used
        ]
        if problems:
            raise UsageError(*problems)

    def filler(self, resource: Resource, unfilled: list[str]) -> Filler:
        """What rows get in an upgrade: this, else the default; what has neither is ``unfilled``."""

        def fill(column: Column, was: Column | None, needed: bool) -> Source | None:
            text = self.value(resource, column)
            if text is not None:
                return value_source(column.field, text)
            plain = column.field
            if was is None and column.server_default is not None:
                return None
            default = plain.default if plain.default is not None else plain.server_default
            if default is not None:
                return value_source(plain, default)
            if needed and column.null:
                return Source("None")
            if needed:
                spoken = {column_name(item): item.name for item in resource.fields}
                unfilled.append(f"{resource.name.many}.{spoken.get(column.name, column.name)}")
            return None

        return fill


def downgrade_filler(table: str) -> Filler:
    """What rows get in a downgrade, where nobody can be asked."""

    def fill(column: Column, was: Column | None, needed: bool) -> Source | None:
        if was is None and column.server_default is not None:
            return None
        if column.null:
            return Source("None") if was is not None else None
        return filler(column, table) if needed else None

    return fill
