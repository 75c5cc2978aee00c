"""``add filtering`` by fields of what a scaffolded resource refers to."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.proven import prove
from tests.workflow.shop import enter, enter_example, environment, run, tree

CUSTOMERS = (
    "new", "resource", "customers", "name:str=120", "tier:enum=gold,silver:default=silver", "since:date:null:filter",
    "note:text:null", "pin:str:null", "code:str:null:hidden", "key:str:writeonly", "extra:json:null",
)  # fmt: skip
TAGS = ("new", "resource", "tags", "word:str=40")
ORDERS = (
    "new", "resource", "orders", "status:enum=new,paid:default=new", "customer:ref=customers",
    "buyer:ref=users:null", "tags:m2m=tags", "parent:ref=orders:null",
)  # fmt: skip
SPEC = ".fastarch/resources/customers/spec.yaml"
REPOSITORY = "app/repositories/order.py"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small app with orders of customers, as working directory."""
    return _orders(monkeypatch, tmp_path / "shop")


def _orders(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Path:
    found = enter(monkeypatch, folder)
    for words in (CUSTOMERS, TAGS, ORDERS):
        run(*words)
    return found


def _filter(*fields: str, code: int = 0) -> str:
    done = run("add", "filtering", "orders", "--fields", ",".join(fields), code=code)
    return done.stderr if code else done.stdout


def _code(root: Path) -> dict[str, bytes]:
    return {path: text for path, text in tree(root).items() if not path.startswith(".fastarch")}


def _edit(path: str, *pairs: tuple[str, str]) -> None:
    text = Path(path).read_text()
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    Path(path).write_text(text)


def test_each_kind_of_relation(root: Path) -> None:
    _filter("customer.name", "customer.tier", "tags.word", "buyer.email", "parent.status", "status")
    run("check")
    code = Path(REPOSITORY).read_text()
    assert '"customer__name": lambda value: Order.customer.has(Customer.name == value)' in code
    assert "Order.tags.any(Tag.word.in_(value))" in code
    assert "Order.buyer.has(User.email == value)" in code
    assert "~Order.parent.has(Order.status.is_not(None))" in code
    schema = (root / "app/schemas/order.py").read_text()
    assert "customer__tier: CustomerTier" in schema
    assert "from app.models.customer import CustomerTier\n" in schema
    # Every customer has a name, and every order a customer.
    assert "customer__name__null" not in schema
    assert "buyer__email__null" in schema
    assert "mapped_column(String(120), index=True)" in (root / "app/models/customer.py").read_text()
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "tests/test_orders.py",
        "tests/test_customers.py",
    ]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    command = [sys.executable, "-m", "mypy", "--strict", "app/repositories", "app/schemas"]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_order_makes_no_difference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = (
        ("add", "filtering", "orders", "--fields", "customer.tier,status"),
        ("add", "filtering", "orders", "--fields", "tags.word,customer.name"),
        ("add", "filtering", "customers", "--fields", "name"),
        ("add", "pagination", "orders"),
    )
    trees = []
    for number, order in enumerate((steps, steps[::-1], (steps[1], *steps[::2], steps[3]))):
        root = _orders(monkeypatch, tmp_path / f"shop{number}")
        for words in order:
            run(*words)
        trees.append(_code(root))
    assert all(one == trees[0] for one in trees)


def test_again_there_is_nothing_to_do(root: Path) -> None:
    before = tree(root)
    _filter("customer.name", "status")
    between = tree(root)
    assert "Nothing to do" in _filter("customer.name")
    assert "Nothing to do" in _filter("status", "customer.name")
    assert tree(root) == between
    run("undo")
    assert tree(root) == before


def test_what_changes_on_the_other_side_is_followed(root: Path) -> None:
    _filter("customer.name", "customer.tier", "customer.note")
    _edit(
        SPEC,
        ("  name: str=120", "  full_name: str=120:was=name"),
        ("gold,silver", "gold,silver,bronze"),
        ("note: text:null", "note: text:null:hidden"),
    )
    told = run("check", code=5).stderr
    assert "The spec of orders says something" in told
    run("sync", "customers")
    run("check")
    code = Path(REPOSITORY).read_text()
    assert "Customer.full_name == value" in code
    assert "Customer.tier == value" in code
    assert "customer__note" not in code
    model = (root / "app/models/customer.py").read_text()
    assert "full_name: Mapped[str] = mapped_column(String(120), index=True)" in model
    _edit(SPEC, (":was=name", ""))
    run("sync")
    run("check")
    assert "Customer.full_name == value" in Path(REPOSITORY).read_text()


def test_more_words_of_an_enum_are_no_business_of_the_filter(root: Path) -> None:
    _filter("customer.tier")
    _edit(SPEC, ("gold,silver", "gold,silver,bronze"))
    told = run("check", code=5).stderr
    assert "The spec of customers" in told
    assert "The spec of orders" not in told


def test_a_relation_that_is_renamed_or_gone(root: Path) -> None:
    _filter("customer.name", "tags.word", "status")
    spec = ".fastarch/resources/orders/spec.yaml"
    _edit(spec, ("  customer: ref", "  client: was=customer:ref"), ("  tags: m2m=tags\n", ""))
    text = (
        Path(spec).read_text().replace("was=customer:ref=customers", "ref=customers:was=customer")
    )
    Path(spec).write_text(text)
    run("sync")
    run("check")
    code = Path(REPOSITORY).read_text()
    assert "Order.client.has(Customer.name == value)" in code
    assert "tags" not in code


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("customer.code", ("customers.code", "piece by piece")),
        ("customer.key", ("customers.key", "clients never see it")),
        ("customer.pin", ("customers.pin", "piece by piece")),
        ("customer.extra", ("customers.extra", "its type")),
        ("customer.height", ("no field 'height'", "customer.name")),
        ("client.name", ("no relation 'client'", "customer")),
        ("parent.customer.name", ("too far",)),
        ("buyer.height", ("users has no field 'height'", "buyer.email")),
    ],
)
def test_what_cannot_be_is_refused(field: str, words: tuple[str, ...], root: Path) -> None:
    before = tree(root)
    told = _filter(field, code=2)
    assert all(word in told for word in words), told
    assert tree(root) == before


def test_by_default_none_reaches_into_a_relation(root: Path) -> None:
    run("add", "filtering", "orders")
    assert "customer__" not in Path(REPOSITORY).read_text()
    run("add", "sorting", "orders", "--fields", "customer.name", code=2)


def test_indexes_come_with_one_revision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a resource of fastarch's, and of a model that somebody wrote."""
    enter_example(monkeypatch, tmp_path, "library")
    run("new", "resource", "shelves", "name:str=20")
    run("new", "resource", "loans", "days:int", "book:ref=books", "shelf:ref=shelves")
    before = tree(Path())
    run("add", "filtering", "loans", "--fields", "book.title,shelf.name,days")
    (revision,) = [path for path in tree(Path()) if "/0004_" in path and path.startswith("alembic")]
    text = Path(revision).read_text()
    assert 'create_index(op.f("ix_loans_days"), "loans", ["days"])' in text
    assert 'create_index(op.f("ix_shelves_name"), "shelves", ["name"])' in text
    assert 'create_index("ix_books_title_id", "books", ["title", "id"])' in text
    assert 'drop_index("ix_books_title_id", table_name="books")' in text
    assert "Index(" in Path("app/models/book.py").read_text()
    run("check")
    run("undo")
    assert tree(Path()) == before


def test_an_enum_that_somebody_wrote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    user = """
        import enum

        from sqlalchemy import DateTime, Enum
        from sqlalchemy.orm import Mapped, mapped_column

        from app.database import Base


        class Role(enum.Enum):
            ADMIN = "a"
            GUEST = "g"


        class User(Base):
            __tablename__ = "users"

            id: Mapped[int] = mapped_column(primary_key=True)
            email: Mapped[str]
            role: Mapped[Role]
            size: Mapped[str] = mapped_column(Enum("s", "m", name="size"))
            born: Mapped[object] = mapped_column(DateTime())
        """
    enter(monkeypatch, tmp_path / "shop", {"app/models/user.py": user})
    run("new", "resource", "orders", "buyer:ref=users", "number:int")
    _filter("buyer.role", "buyer.size")
    schema = Path("app/schemas/order.py").read_text()
    assert "from app.models.user import Role\n" in schema
    assert "buyer__role: Role" in schema
    assert 'buyer__size: Literal["s", "m"]' in schema
    assert "no time zone" in _filter("buyer.born", code=2)
    done = prove(Path.cwd(), "tests/test_orders.py")
    assert done.returncode == 0, done.stdout


def test_the_other_side_has_to_be_in_step(root: Path) -> None:
    with Path(SPEC).open("a") as file:
        file.write("  city: str:null:filter\n")
    before = tree(root)
    assert "customers is out of step" in _filter("customer.city", code=4)
    assert tree(root) == before
    run("sync")
    _filter("customer.city")
    run("check")
