"""What an app's resources are called: as their records say, the others after their models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastarch.change import state
from fastarch.errors import NotUnderstoodError, UsageError

if TYPE_CHECKING:
    from fastarch.change.draft import Draft
    from fastarch.discover.adoption import Other, Seen
    from fastarch.discover.database_facts import Model
    from fastarch.discover.discovery import Reading
    from fastarch.discover.links import Links
    from fastarch.spec.names import Name
    from fastarch.spec.resource import Resource


def place_of(model: Model) -> str:
    """``FILE:CLASS``."""
    return f"{model.symbol.at.file}:{model.symbol.name}"


def carried_out(record: state.Record) -> Resource:
    """The resource as its record has it."""
    from fastarch.spec.read import read_text

    (resource,) = read_text(str(record.options.get("spec")), record.spec_path)
    return resource


class Names:
    """Knows the resource of a model, and of a table."""

    def __init__(self, reading: Reading, draft: Draft) -> None:
        self.reading = reading
        self.profile = reading.profile
        self.records = [one for one in state.records(draft) if one.kind == "resource"]
        self.specs = {record.name: carried_out(record) for record in self.records}

    def of(self, model: Model) -> Name:
        """The name of a model's resource.

        Raises:
            NotUnderstoodError: there is none that a resource can have.
        """
        from fastarch.plan.naming import name_model

        return self._recorded(model) or name_model(model, self.profile)

    def other(self, table: str) -> Other | None:
        """The resource of a table that is referred to; None where it cannot be one's name."""
        from fastarch.discover.adoption import Other
        from fastarch.spec.names import target_name

        model = next((one for one in self.profile.orm.models if one.table == table), None)
        try:
            if model is None:
                return Other(target_name(table), known=False)
            try:
                name = self.of(model)
            except NotUnderstoodError:
                name = target_name(model.symbol.name)
        except UsageError:
            return None
        return Other(name, self._key(model), model.id_type)

    def seen(self, name: Name, links: Links) -> Seen:
        """What schemas and the other resources add to a table."""
        from fastarch.discover.adoption import Seen
        from fastarch.plan.accent import table_name
        from fastarch.plan.relations import association_name

        taken = {
            association_name(table_name(spec, self.profile), relation)
            for other, spec in self.specs.items()
            if other != name.many
            for relation in spec.relations
            if relation.kind == "m2m"
        }
        return Seen(links.shown, links.kinds, taken)

    def _key(self, model: Model) -> str | None:
        """The key's name in the database."""
        from fastarch.discover.provided import column_calls, database_name

        for entity in self.reading.models.entities:
            column = entity.columns.get(model.id_name or "")
            if entity.model == model and column is not None:
                calls = column_calls(self.reading.index, column)
                return database_name(calls) or model.id_name
        return model.id_name

    def _recorded(self, model: Model) -> Name | None:
        """The name that the record of a model has, adopted or made."""
        from fastarch.plan.targets import find_model

        for record in self.records:
            name = self.specs[record.name].name
            if record.options.get("adopted"):
                if record.options.get("model") == place_of(model):
                    return name
            elif find_model(self.profile, name) == model:
                return name
        return None
