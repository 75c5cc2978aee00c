"""The steps of an evolution as Python: what a revision's function says, and what it imports."""

from __future__ import annotations

import keyword
from collections.abc import Iterator, Sequence
from itertools import groupby

from fastarch.plan.evolution_steps import (
    AddColumn,
    AddConstraint,
    AlterColumn,
    CreateTable,
    DropColumn,
    DropConstraint,
    DropTable,
    FillRows,
    Operation,
    RenameColumn,
    StructureStep,
)
from fastarch.plan.literals import quoted, sql_text
from fastarch.plan.render import render
from fastarch.plan.table_state import Constraint, check_sql
from fastarch.records import dataclass

# What the database calls by itself has no name in SQLite: PostgreSQL's is taken for it.
_UNNAMED = {
    "foreignkey": '"fk": "%(table_name)s_%(column_0_name)s_fkey"',
    "unique": '"uq": "%(table_name)s_%(column_0_name)s_key"',
}
_TAKEN = frozenset(
    """
    op sa table upgrade downgrade revision down_revision branch_labels depends_on Sequence Union
    date datetime time timedelta timezone Decimal UUID uuid4 key number str sqlmodel
    """.split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class Block:
    """Calls that belong together.

    Args:
        calls: Python, without what they are called on.
        batch: The arguments of the batch operation that they need on SQLite; empty: none.
        text: Whole lines, in place of calls.
    """

    calls: tuple[str, ...] = ()
    batch: str = ""
    text: str = ""


def body(steps: Sequence[Operation]) -> str:
    """The body of a revision's function."""
    blocks = list(_blocks(steps))
    words = {"blocks": blocks, "recreates": any(block.batch for block in blocks)}
    return render("resource/evolution.py.jinja", words).strip()


def plain_body(steps: Sequence[StructureStep]) -> str:
    """The same for what SQLite takes as it is, so that no table has to be made anew there.

    SQLite adds a column with a constant as its default, and drops one that nothing else is over.
    """
    return "\n".join(f"op.{_call(step, _table(step), _table(step))}" for step in steps)


def _table(step: StructureStep) -> str:
    return f'"{step.table}", '


def imports(steps: Sequence[Operation]) -> tuple[str, ...]:
    """The lines that import what the values need."""
    needs = {need for step in steps if isinstance(step, FillRows) for need in step.value.needs}
    return tuple(
        f"from {module} import {', '.join(name for _, name in group)}"
        for module, group in groupby(sorted(needs), lambda need: need[0])
    )


def _blocks(steps: Sequence[Operation]) -> Iterator[Block]:
    waiting: list[StructureStep] = []
    fills: list[FillRows] = []
    for step in steps:
        if waiting and not _joins(waiting, step):
            yield _structure(waiting)
            waiting = []
        if fills and not (isinstance(step, FillRows) and _alike(fills[0], step)):
            yield Block(text=_fill(fills))
            fills = []
        match step:
            case FillRows():
                fills.append(step)
            case RenameColumn():
                yield Block((f'alter_column("{step.table}", {", ".join(_renamed(step))})',))
            case CreateTable():
                yield Block(text=_create(step))
            case DropTable():
                yield Block((f'drop_table("{step.name}")',))
            case _:
                waiting.append(step)
    if waiting:
        yield _structure(waiting)
    if fills:
        yield Block(text=_fill(fills))


def _joins(waiting: Sequence[StructureStep], step: Operation) -> bool:
    """Whether a step can be in one batch with others."""
    if not isinstance(step, StructureStep) or step.table != waiting[0].table:
        return False
    # A column that begins anew would keep its foreign key.
    dropped = {one.name for one in waiting if isinstance(one, DropColumn)}
    return not (isinstance(step, AddColumn) and step.column.name in dropped)


def _alike(one: FillRows, other: FillRows) -> bool:
    """Whether two updates are one."""
    plain = not (one.value.each or other.value.each or one.where or other.where)
    return plain and one.table == other.table


def _structure(steps: Sequence[StructureStep]) -> Block:
    table = steps[0].table
    if all(map(_plain, steps)):
        return Block(tuple(_call(step, _table(step), _table(step)) for step in steps))
    unnamed = {
        step.constraint.kind
        for step in steps
        if isinstance(step, DropConstraint) and step.constraint.name.by == "database"
    }
    batch = f'"{table}"'
    if unnamed:
        batch += f", naming_convention={{{', '.join(_UNNAMED[kind] for kind in sorted(unnamed))}}}"
    return Block(tuple(_call(step, "", "") for step in steps), batch)


def _plain(step: StructureStep) -> bool:
    """Whether SQLite has a statement for it."""
    if isinstance(step, AddColumn):
        return step.null and step.column.server_default is None
    return isinstance(step, AddConstraint | DropConstraint) and step.constraint.kind == "index"


def _call(step: StructureStep, table: str, index_table: str) -> str:
    match step:
        case AddColumn(column=column):
            words = [f'"{column.name}"', column.type, f"nullable={step.null}"]
            if column.server_default is not None:
                words.append(f"server_default={column.server_default}")
            return f"add_column({table}sa.Column({', '.join(words)}))"
        case DropColumn():
            return f'drop_column({table}"{step.name}")'
        case AlterColumn():
            return f"alter_column({table}{', '.join(_altered(step))})"
        case AddConstraint(constraint=one):
            return _add_constraint(one, table, index_table)
        case DropConstraint(constraint=one) if one.kind == "index":
            name = _name(one)
            return (
                f'drop_index({name}, table_name="{step.table}")' if table else f"drop_index({name})"
            )
        case DropConstraint(constraint=one):
            return f'drop_constraint({_name(one)}, {table}type_="{one.kind}")'


def _renamed(step: RenameColumn) -> Iterator[str]:
    yield f'"{step.column.name}"'
    yield f'new_column_name="{step.new}"'
    yield f"existing_type={step.column.type}"
    yield f"existing_nullable={step.column.null}"
    if step.column.server_default is not None:
        yield f"existing_server_default={step.column.server_default}"


def _altered(step: AlterColumn) -> Iterator[str]:
    yield f'"{step.name}"'
    yield f"existing_type={step.old.type}"
    if step.type is not None:
        yield f"type_={step.type}"
    if step.null is not None:
        yield f"nullable={step.null}"
    else:
        yield f"existing_nullable={step.old.null}"
    if step.server_default is not None:
        yield f"server_default={step.server_default or None}"
    elif step.old.server_default is not None:
        yield f"existing_server_default={step.old.server_default}"
    if step.using is not None:
        yield f"postgresql_using={sql_text(step.using)}"


def _add_constraint(one: Constraint, table: str, index_table: str) -> str:
    name = _name(one)
    columns = ", ".join(f'"{column}"' for column in one.columns)
    match one.kind:
        case "index":
            unique = ", unique=True" if one.unique else ""
            return f"create_index({name}, {index_table}[{columns}]{unique})"
        case "unique":
            return f"create_unique_constraint({name}, {table}[{columns}])"
        case "check":
            return f"create_check_constraint({name}, {table}{_condition(one)})"
        case "foreignkey":
            target, column, on_delete = one.says
            words = f'"{target}", [{columns}], ["{column}"], ondelete="{on_delete}"'
            return f"create_foreign_key({name}, {table}{words})"


def _condition(one: Constraint) -> str:
    if not one.words:
        return sql_text(check_sql(one))
    return f'sa.column("{one.columns[0]}").in_([{", ".join(map(quoted, one.words))}])'


def _name(one: Constraint) -> str:
    return f'op.f("{one.name.text}")' if one.name.by == "convention" else f'"{one.name.text}"'


def _fill(steps: Sequence[FillRows]) -> str:
    """An update of all rows, or of each by itself."""
    first = steps[0]
    rows = first.table if _usable(first.table) else "rows"
    values = ", ".join(f"{one.column.name}={one.value.text.format(rows=rows)}" for one in steps)
    columns = [f'sa.column("{one.column.name}", {one.column.type})' for one in steps]
    where = f".where({first.where.format(rows=rows)})" if first.where else ""
    by_key = first.value.each or any("{rows}.c.id" in one.value.text for one in steps)
    if by_key:
        columns.insert(0, f'sa.column("id", {first.key})')
    lines = [f'{rows} = sa.table("{first.table}", {", ".join(columns)})']
    if not first.value.each:
        lines.append(f"op.execute({rows}.update(){where}.values({values}))")
        return "\n".join(lines)
    keys = f"op.get_bind().scalars(sa.select({rows}.c.id){where}).all()"
    numbered = "number" in values
    head = f"for number, key in enumerate({keys}):" if numbered else f"for key in {keys}:"
    update = f"op.execute({rows}.update().where({rows}.c.id == key).values({values}))"
    return "\n".join([*lines, head, f"    {update}"])


def _usable(name: str) -> bool:
    return name.isidentifier() and not keyword.iskeyword(name) and name not in _TAKEN


def _create(step: CreateTable) -> str:
    table = step.table
    items = "".join(f"    {item},\n" for item in table.items)
    text = f'op.create_table(\n    "{table.name}",\n{items})'
    if step.rows_of is None:
        return text
    names = ", ".join(f'"{side}"' for side in table.sides)
    columns = ", ".join(f'sa.column("{side}")' for side in table.sides)
    return "\n".join(
        [
            text,
            f'former = sa.table("{step.rows_of}", {columns})',
            f'pairs = sa.table("{table.name}", {columns})',
            f"op.execute(pairs.insert().from_select([{names}], sa.select(former)))",
        ]
    )
