"""Foreign keys as refs, and relationships through a table between as many-to-many relations."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping

from fastarch.discover.admitted import admitted
from fastarch.discover.table import ColumnFacts, Foreign, IndexFacts, Link, TableFacts
from fastarch.discover.told import Told
from fastarch.records import dataclass
from fastarch.spec.names import Name
from fastarch.spec.resource import Field, IdType, OnDelete, Relation

_RULES: Mapping[str | None, OnDelete] = {
    None: "restrict", "NO ACTION": "restrict", "RESTRICT": "restrict", "CASCADE": "cascade",
    "SET NULL": "set_null",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Other:
    """What a foreign key refers to.

    Args:
        name: The resource's name.
        id_name: The column of its key.
        id_type: The type of its key.
        known: The app has a model of it.
    """

    name: Name
    id_name: str | None = None
    id_type: IdType | None = None
    known: bool = True


class Relations:
    """Reads the relations of a table.

    Args:
        facts: The table.
        other: The resource of a table that is referred to, None where its name cannot be one.
        taken: Tables between two resources that another's spec has.
        told: Where to tell what cannot be said.
    """

    def __init__(
        self,
        facts: TableFacts,
        other: Callable[[str], Other | None],
        taken: Collection[str],
        told: Told,
    ) -> None:
        self.facts = facts
        self.other = other
        self.taken = taken
        self.told = told
        self.names = {column.name for column in facts.columns}
        self.backs: set[tuple[str, str]] = set()

    def ref(self, column: ColumnFacts, index: IndexFacts | None) -> Relation | None:
        """A foreign key as a ref; None where a spec can only have it as a plain field.

        Args:
            column: Its column.
            index: The index over it alone that stands beside the columns.
        """
        foreign = column.foreign
        assert foreign is not None
        target = self.other(foreign.table) if foreign.table else None
        short = column.name.removesuffix("_id")
        why = ""
        if target is None:
            why = ", which is no name that a spec takes"
        elif short in ("", column.name):
            why = ", but a ref's column ends in `_id`"
        elif target.id_name is not None and foreign.column != target.id_name:
            why = f" by its `{foreign.column}`, which is not its key"
        elif short in self.names:
            why = f", but `{short}` is a column too"
        relation: Field | Relation | None = None
        told: tuple[str, ...] = ()
        if target is not None and not why:
            unique = column.unique or (index is not None and index.unique)
            relation, told = admitted(
                Relation(
                    short,
                    "ref",
                    target.name,
                    null=column.null,
                    unique=unique,
                    index=column.index or unique or index is not None,
                    on_delete=self._rule(column, foreign),
                    back=self._back(column, short, target.name),
                    doc=" ".join(column.doc.split()) or None if column.doc else None,
                )
            )
        if not isinstance(relation, Relation):
            if told:
                why = f", but a ref of it cannot be: {told[-1].partition(': ')[2]}"
            shown = f"Column `{column.name}` refers to {foreign.table or 'another table'}"
            self.told.say(f"{shown}{why}; it is kept as a plain field", column.at)
            return None
        for sentence in told:
            self.told.say(sentence, column.at)
        if target is not None and not target.known:
            sentence = f"Column `{column.name}` refers to {foreign.table}"
            self.told.say(f"{sentence}, of which the app has no model", column.at)
        for value in (column.default, column.server_default):
            if value is not None:
                sentence = f"Column `{column.name}` has the default {value}, which a ref has not"
                self.told.say(sentence, column.at)
        return relation

    def many(self) -> Iterator[Relation]:
        """The many-to-many relations; of two over the same table, the first."""
        seen = set(self.taken)
        for link in self.facts.links:
            if link.through is None or (link.through and link.through in seen):
                continue
            target = self.other(link.table) if link.table else None
            if not link.through or target is None:
                self.told.say(
                    f"The relationship `{link.name}` goes through a table that was not found;"
                    " it is left out",
                    link.at,
                )
                continue
            seen.add(link.through)
            relation, told = admitted(self._many(link, link.through, target.name))
            for sentence in told:
                self.told.say(sentence, link.at)
            if not isinstance(relation, Relation):
                continue
            if relation.column in self.names:
                sentence = f"The relationship `{link.name}` would need `{relation.column}`, which"
                self.told.say(f"{sentence} is a column; it is left out", link.at)
                continue
            yield relation

    def _many(self, link: Link, through: str, target: Name) -> Relation:
        return Relation(
            link.name,
            "m2m",
            target,
            index=False,
            on_delete="cascade" if link.on_delete == "CASCADE" else "restrict",
            back=self._free(link.back, target, link),
            via=None if through == f"{self.facts.table}_{link.name}" else through,
        )

    def _rule(self, column: ColumnFacts, foreign: Foreign) -> OnDelete:
        rule = _RULES.get(foreign.on_delete)
        if rule is None or (rule == "set_null" and not column.null):
            self.told.say(
                f"Column `{column.name}` has ON DELETE {foreign.on_delete}, which a spec cannot say"
                f"{' of a column that is required' if rule else ''}",
                column.at,
            )
            return "restrict"
        return rule

    def _back(self, column: ColumnFacts, short: str, target: Name) -> str | None:
        """The attribute of the other side, where a relationship over the key says it."""
        assert column.foreign is not None
        table = column.foreign.table
        own = [link for link in self.facts.links if link.table == table and link.through is None]
        keys = [one for one in self.facts.columns if one.foreign and one.foreign.table == table]
        link = next((link for link in own if link.keys == (column.name,)), None)
        link = link or next((link for link in own if link.name == short and not link.keys), None)
        if link is None and len(keys) == 1 and table != self.facts.table:
            link = next((link for link in own if not link.keys), None)
        if link is None:
            return None
        if link.name != short:
            self.told.say(
                f"The relationship over `{column.name}` is called `{link.name}`;"
                f" a spec calls it `{short}`",
                link.at,
            )
        return self._free(link.back, target, link)

    def _free(self, back: str | None, target: Name, link: Link) -> str | None:
        """The attribute of the other side, unless another relation of ours has it already."""
        if back is None:
            return None
        if (target.many, back) in self.backs:
            self.told.say(f"`{back}` of {target.many} is the other side of two relations", link.at)
            return None
        self.backs.add((target.many, back))
        return back
