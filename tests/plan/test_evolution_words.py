"""What an evolution says: what is lost, what is missing, what is refused, and how it reads."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import MetaData, create_engine, event, text

from fastarch.errors import NotUnderstoodError, UsageError
from fastarch.plan.evolution import Evolution, evolve, render_evolution
from fastarch.plan.migration import render_migration
from fastarch.spec.names import Name
from fastarch.spec.resource import Index, Relation, Resource
from tests.plan.evolving import Life, app_of, created, empty, spec, structure
from tests.plan.test_migration import ENV, NOW, _id, profile

OWNERS = spec("owner", "name")


def products(*fields: str, **options: object) -> Resource:
    return spec("product", *fields, **options)


def change(before: list[str], after: list[str], **backfill: str) -> Evolution:
    pairs = [(OWNERS, OWNERS), (products(*before), products(*after))]
    return evolve(pairs, app_of("convention"), backfill=backfill)


def upgrade_of(evolution: Evolution) -> str:
    revision = render_evolution(evolution, app_of("convention"), NOW)[1]
    return revision.partition('"""Upgrade schema."""\n')[2].partition("\n\n\ndef")[0]


@pytest.mark.parametrize(
    ("before", "after", "lost"),
    [
        (["name", "note"], ["name"], "column products.note is dropped"),
        (["owner:ref=owners"], [], "column products.owner_id is dropped"),
        (["owners:m2m=owners"], [], "table products_owners is dropped"),
        (
            ["name:str=120"],
            ["name:str=40"],
            "products.name: str=120 becomes str=40: longer values are cut to 40 characters",
        ),
        (
            ["status:enum=draft,live"],
            ["status:enum=live:default=live"],
            "products.status: 'draft' is taken out of the choices",
        ),
        (
            ["name"],
            ["name:enum=a,b:null"],
            "products.name: str becomes enum=a,b: other texts than a, b are replaced",
        ),
        (
            ["name"],
            ["name:int"],
            "products.name: str becomes int: what is not written as a whole number becomes 0",
        ),
        (
            ["price:decimal=12,2"],
            ["price:decimal=8,1"],
            (
                "products.price: decimal=12,2 becomes decimal=8,1: a number that is too large "
                "stops the upgrade, and numbers are rounded to 1 decimal"
            ),
        ),
        (["price:decimal"], ["price:int"], "products.price: decimal=12,2 becomes int: decimals are lost"),
        (
            ["key:uuid"],
            ["key:bigint:null"],
            "products.key: uuid becomes bigint: its values cannot be converted and are dropped",
        ),
        (
            ["owner:ref=owners:null"],
            ["owner:ref=products:null"],
            "products.owner_id refers to products and no longer to owners: its values are dropped",
        ),
    ],
)  # fmt: skip
def test_what_is_lost(before: list[str], after: list[str], lost: str) -> None:
    assert change(before, after).losses == (lost,)


def test_deleted_rows_come_back_without_soft_delete() -> None:
    pair = (products("name", soft_delete=True), products("name"))
    (lost,) = evolve([pair], app_of("convention")).losses
    assert lost == "column products.deleted_at is dropped: rows that were deleted come back"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (["name"], ["name:null", "note:text:null"]),
        (["name:str=40"], ["name:str=50:filter"]),
        (["name"], ["title:was=name"]),
        (["owner:ref=owners"], ["author:ref=owners:was=owner:null"]),
        (["owners:m2m=owners"], ["authors:m2m=owners:was=owners:via=author_links"]),
        (["stock:int"], ["stock:bigint"]),
        (["stock:int"], ["stock:decimal=14,2"]),
        (["status:enum=a,b"], ["status:enum=b,a,c"]),
        (["name:default=a"], ["name:default=b:server_default=c:search"]),
    ],
)
def test_nothing_is_lost(before: list[str], after: list[str]) -> None:
    evolution = change(before, after)
    assert (evolution.losses, evolution.unfilled) == ((), ())


@pytest.mark.parametrize(
    ("before", "after", "unfilled"),
    [
        (["name"], ["name", "brand"], ("products.brand",)),
        (["name"], ["name", "owner:ref=owners"], ("products.owner",)),
        (["name:null"], ["name"], ("products.name",)),
        (["status:enum=a,b:null"], ["status:enum=a"], ("products.status",)),
        (["status:enum=a,b"], ["status:enum=b:null"], ()),
        (["name"], ["name", "brand:default=x", "at:datetime:server_default=now"], ()),
    ],
)
def test_what_needs_a_backfill(
    before: list[str], after: list[str], unfilled: tuple[str, ...]
) -> None:
    assert change(before, after).unfilled == unfilled


@pytest.mark.parametrize(
    ("after", "backfill", "message"),
    [
        (["name", "stock:int"], {"stock": "many"}, "--backfill stock=many: `many` is not a whole number"),
        (["name", "stock:int:ge=5"], {"products.stock": "1"}, "`1` is outside of ge=5"),
        (["name", "brand"], {"brnd": "x"}, "--backfill brnd: .* no field brnd"),
        (["name", "brand"], {"brand": "x", "name": "y"}, "--backfill name: no row .* needs a value"),
        (["name", "brand"], {"orders.brand": "x"}, "--backfill orders.brand: orders does not change"),
        (["name", "owner:ref=owners"], {"owner": "-1"}, "`-1` is outside of ge=0"),
        (["name", "state:enum=a,b"], {"state": "c"}, "`c` is not one of a, b"),
    ],
)  # fmt: skip
def test_a_backfill_that_fits_nothing(
    after: list[str], backfill: dict[str, str], message: str
) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        change(["name"], after, **backfill)
    assert all(problem.hint for problem in caught.value.problems)


@pytest.mark.parametrize(
    "new",
    [
        products("name", table="goods"),
        products("name", id="uuid"),
        replace(products("name"), name=Name("item", "products")),
    ],
)
def test_another_table_or_key_is_refused(new: Resource) -> None:
    with pytest.raises(UsageError) as caught:
        evolve([(products("name"), new)], app_of("convention"))
    assert caught.value.problems[0].hint


def test_tables_that_swap_their_names_are_refused() -> None:
    old = products("a:m2m=owners:via=one", "b:m2m=owners:via=two")
    new = products("a:m2m=owners:via=two", "b:m2m=owners:via=one")
    with pytest.raises(UsageError, match="still there"):
        evolve([(OWNERS, OWNERS), (old, new)], app_of("convention"))


def test_rows_that_could_stop_the_upgrade_are_told_of() -> None:
    evolution = change(["name", "stock:int"], ["name:unique", "stock:int:ge=1"])
    assert evolution.notices == (
        "products: rows that share their name stop the upgrade",
        "products: rows without stock >= 1 stop the upgrade",
    )


def test_a_convention_that_could_not_be_read_is_refused() -> None:
    with pytest.raises(NotUnderstoodError, match="naming convention"):
        evolve([(products("name"), products("name:filter"))], profile("convention"))


def test_a_convention_that_could_not_be_read_is_no_matter_where_no_name_is_needed() -> None:
    evolution = evolve([(products("name"), products("name", "note:null"))], profile("convention"))
    assert len(evolution.operations) == 1


def test_a_name_that_the_database_shortens_is_refused() -> None:
    name = "a" * 50
    old, new = (products(f"{name}:ref=owners:on={on}") for on in ("restrict", "cascade"))
    with pytest.raises(NotUnderstoodError, match="shortened"):
        evolve([(OWNERS, OWNERS), (old, new)], app_of("plain"))


def test_a_resource_that_comes_along_can_be_referred_to() -> None:
    new = products("name", "team:ref=teams:null")
    with pytest.raises(UsageError, match="neither in the spec nor in the app"):
        evolve([(products("name"), new)], app_of("convention"))
    teams = spec("team", "name", id="uuid")
    evolution = evolve([(products("name"), new)], app_of("convention"), others=[teams])
    assert 'sa.Column("team_id", sa.Uuid(), nullable=True)' in upgrade_of(evolution)


def test_rows_that_held_to_a_rule_before_stop_nothing() -> None:
    before = ["name:unique", "stock:int:ge=0"]
    after = ["title:unique:was=name", "amount:int:ge=0:was=stock", "size:int:ge=1:default=1"]
    after += ["code:unique:null", "serial:uuid:unique:default=uuid4"]
    assert change(before, after).notices == ()


def test_a_pattern_with_words_of_the_apps_own_is_refused() -> None:
    app = app_of("convention")
    assert app.orm.base is not None
    base = replace(app.orm.base, convention=(("ix", "ix_%(team)s_%(column_0_name)s"),))
    with pytest.raises(NotUnderstoodError, match="team"):
        evolve(
            [(products("name"), products("name:filter"))],
            replace(app, orm=replace(app.orm, base=base)),
        )


def test_what_sqlite_can_do_needs_no_batch() -> None:
    evolution = change(["name", "size:int:sort"], ["name:filter", "size:int", "note:text:null"])
    assert evolution.message == "change products: add note, change name, change size"
    assert upgrade_of(evolution).splitlines() == [
        '    op.drop_index("ix_products_size_id", table_name="products")',
        '    op.add_column("products", sa.Column("note", sa.Text(), nullable=True))',
        '    op.create_index(op.f("ix_products_name"), "products", ["name"])',
    ]


def test_a_required_column_comes_in_three_steps() -> None:
    assert upgrade_of(change(["name"], ["name", "brand:str=80"], brand="none")).splitlines() == [
        "    # SQLite makes the table anew: with foreign keys enforced, that would delete",
        "    # the rows that refer to it.",
        '    if op.get_context().dialect.name == "sqlite":',
        '        op.execute("PRAGMA foreign_keys=OFF")',
        '    op.add_column("products", sa.Column("brand", sa.String(80), nullable=True))',
        '    products = sa.table("products", sa.column("brand", sa.String(80)))',
        '    op.execute(products.update().values(brand="none"))',
        '    with op.batch_alter_table("products") as batch_op:',
        '        batch_op.alter_column("brand", existing_type=sa.String(80), nullable=False)',
    ]


def test_several_resources_make_one_revision() -> None:
    pairs = [(OWNERS, spec("owner", "name", "note:null")), (products("a"), products("b:was=a"))]
    evolution = evolve(pairs, app_of("convention"))
    assert evolution.message == "change owners and products"
    assert len(evolution.operations) == 2


def test_indexes_over_several_columns() -> None:
    old = products("a", "b", indexes=(Index(("a", "b")), Index(("b", "id"), unique=True)))
    new = products("c:was=a", "b", indexes=(Index(("b", "c")), Index(("b", "id"), name="by_b")))
    with empty(None) as connection:
        life = Life(connection, "convention", (old,))
        before = structure(connection)
        revision = life.up(life.plan(new))
        assert structure(connection) == created(None, "convention", (new,), names=True)
        life.down(revision)
        assert structure(connection) == before


def test_a_row_keeps_its_time_of_change_as_far_as_it_is_known() -> None:
    with empty(None) as connection:
        life = Life(connection, "convention", (products("name"),))
        life.insert("products", {"id": 1, "name": "a"})
        life.up(life.plan(products("name", timestamps=True)))
        ((made, changed),) = life.rows("products", "created_at", "updated_at")
        assert made == changed
        assert made is not None


def test_keys_that_close_a_circle_keep_their_own_names() -> None:
    hen, egg = Name("hen", "hens"), Name("egg", "eggs")
    born = Relation("born", "ref", egg, null=True, on_delete="set_null")
    hens = Resource(hen, (born,), id="int", timestamps=False)
    eggs = Resource(egg, (Relation("layer", "ref", hen),), id="int", timestamps=False)
    changed = replace(eggs, fields=(Relation("layer", "ref", hen, null=True, on_delete="cascade"),))
    for accent in ("plain", "convention"):
        with empty(None) as connection:
            life = Life(connection, accent, (hens, eggs))
            before = structure(connection)
            revision = life.up(life.plan(changed))
            assert "fk_eggs_layer_id" in revision
            wanted = created(None, accent, (hens, changed), names=True)
            assert structure(connection) == wanted
            life.down(revision)
            assert structure(connection) == before


def test_rows_that_refer_to_a_table_outlive_its_batch(tmp_path: Path) -> None:
    """SQLite would delete them with the old table, where it enforces foreign keys."""
    child = products("owner:ref=owners:on=cascade")
    app = app_of("convention")
    (tmp_path / "migrations/versions").mkdir(parents=True)
    (tmp_path / "migrations/env.py").write_text(ENV)
    path, made = render_migration((OWNERS, child), app, NOW)
    (tmp_path / path).write_text(made)
    assert app.alembic is not None
    app = replace(app, alembic=replace(app.alembic, heads=(_id(made),)))
    engine = create_engine(f"sqlite:///{tmp_path}/test.db")
    event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA foreign_keys=ON"))
    config = Config()
    config.set_main_option("script_location", str(tmp_path / "migrations"))
    config.attributes.update(engine=engine, metadata=MetaData())
    command.upgrade(config, "head")
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO owners (id, name) VALUES (1, 'a')"))
        connection.execute(text("INSERT INTO products (id, owner_id) VALUES (1, 1)"))
    evolution = evolve([(OWNERS, spec("owner", "name", "at:datetime:default=now"))], app)
    path, changed = render_evolution(evolution, app, NOW)
    (tmp_path / path).write_text(changed)
    for move in (command.upgrade, command.downgrade, command.upgrade):
        move(config, "head" if move is command.upgrade else "-1")
        with engine.connect() as connection:
            assert connection.execute(text("SELECT id FROM products")).all() == [(1,)]
    engine.dispose()
