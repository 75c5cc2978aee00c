"""Edits that people make by hand to the generated code of products, as functions of text."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import dataclass

from ruff import find_ruff_bin

Function = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Edit:
    """An edit by hand.

    Args:
        apply: Makes it; fails where there is nothing to edit.
        clashes: Names of the changes that it cannot be merged with.
        renames: It gives another name to what new code may use by the old one.
    """

    apply: Function
    clashes: frozenset[str] = frozenset()
    renames: bool = False


def edit(*steps: Function, clashes: tuple[str, ...] = (), renames: bool = False) -> Edit:
    """An edit of several steps."""

    def apply(text: str) -> str:
        for step in steps:
            text = step(text)
        return text

    return Edit(apply, frozenset(clashes), renames)


def sub(old: str, new: str, *, each: bool = False) -> Function:
    """Replace the first place of a text, or all of them."""

    def apply(text: str) -> str:
        assert old in text, f"not there: {old}"
        return text.replace(old, new) if each else text.replace(old, new, 1)

    return apply


def after(old: str, new: str) -> Function:
    """Put a text behind another one."""
    return sub(old, old + new)


def ahead(old: str, new: str) -> Function:
    """Put a text before another one."""
    return sub(old, new + old)


def append(new: str) -> Function:
    """Put code at the end."""
    return lambda text: text.rstrip("\n") + "\n\n\n" + new


def importing(line: str) -> Function:
    """Put an import before the first one that is not of the standard library."""

    def apply(text: str) -> str:
        lines = text.splitlines(keepends=True)
        place = next(i for i, one in enumerate(lines) if one.startswith(("from ", "import ")))
        return "".join([*lines[:place], line + "\n", *lines[place:]])

    return apply


def moved(start: str, before: str) -> Function:
    """Move a top-level definition, from its first line to two blank lines, before another."""

    def apply(text: str) -> str:
        begin = text.index(start)
        end = text.find("\n\n\n", begin)
        piece = text[begin:end] + "\n\n\n" if end != -1 else text[begin:] + "\n\n"
        rest = text[:begin] + text[begin + len(piece) :] if end != -1 else text[:begin]
        assert before in rest
        return rest.replace(before, piece + before, 1).rstrip("\n") + "\n"

    return apply


def cut(start: str, end: str) -> Function:
    """Delete from one text up to another one."""

    def apply(text: str) -> str:
        begin = text.index(start)
        stop = text.index(end, begin) if end else len(text)
        return text[:begin].rstrip("\n") + "\n" + ("\n\n" + text[stop:] if end else "")

    return apply


def indented(start: str, end: str, head: str, tail: str = "") -> Function:
    """Put lines under the head of a compound statement."""

    def apply(text: str) -> str:
        begin = text.index(start)
        stop = text.index(end, begin) + len(end)
        space = head[: len(head) - len(head.lstrip())]
        lines = text[begin:stop].splitlines(keepends=True)
        body = "".join("    " + one if one.strip() else one for one in lines)
        assert lines[0].startswith(space)
        return text[:begin] + head + body + tail + text[stop:]

    return apply


def reformatted(*options: str) -> Function:
    """As another formatter's settings would have it."""

    def apply(text: str) -> str:
        command = [find_ruff_bin(), "format", "--isolated", "--no-cache", *options, "-"]
        done = subprocess.run(command, input=text.encode(), capture_output=True, check=True)
        assert done.stdout.decode() != text
        return done.stdout.decode()

    return apply


def _field_first(text: str, name: str) -> str:
    lines = text.splitlines(keepends=True)
    head = next(i for i, one in enumerate(lines) if one.startswith("class Product("))
    start = next(i for i in range(head, len(lines)) if lines[i].startswith(f"    {name}"))
    place = next(i for i in range(head, len(lines)) if lines[i].startswith("    name"))
    line = lines.pop(start)
    return "".join([*lines[:place], line, *lines[place:]])


def _without_statement(text: str, start: str) -> str:
    lines = text.splitlines(keepends=True)
    begin = next(i for i, one in enumerate(lines) if one.startswith(start))
    end = next(i for i in range(begin + 1, len(lines)) if lines[i][4:5] not in {" ", "]"})
    return "".join([*lines[:begin], *lines[end:]])


def _after_line(text: str, end: str, new: str) -> str:
    """A line behind the first one that ends so, in its indentation."""
    place = text.index(end)
    start = text.rindex("\n", 0, place) + 1
    space = text[start : start + len(text[start:]) - len(text[start:].lstrip(" "))]
    return text[: place + len(end)] + space + new + text[place + len(end) :]


def _before_line(text: str, begin: str, new: str) -> str:
    """A line before the first one of the query's function that begins so."""
    place = text.index(begin, text.index("then their ids."))
    start = text.rindex("\n", 0, place) + 1
    return text[:place] + new + text[start:place] + text[place:]


def _swapped(text: str) -> str:
    """The table of orders before that of filters."""
    one, two = text.index("PRODUCT_FILTERS: "), text.index("PRODUCT_SORTS: ")
    end = text.index("}\n", two) + 2
    return text[:one] + text[two:end] + text[one:two] + text[end:]


def _wrapped(text: str) -> str:
    """The body of the query in ``try``."""
    start = text.rindex("\n", 0, text.index("statement = select(Product)")) + 1
    stop = text.index("\n", text.index("return (", start)) + 1
    space = text[start:stop][: len(text[start:stop]) - len(text[start:stop].lstrip(" "))]
    body = "".join("    " + line for line in text[start:stop].splitlines(keepends=True))
    tail = f"{space}except TimeoutError:\n{space}    return []\n"
    return f"{text[:start]}{space}try:\n{body}{tail}{text[stop:]}"


NARROW = reformatted("--line-length", "60")
QUOTES = reformatted("--config", "format.quote-style = 'single'", "--line-length", "120")

LOGGER = "import logging"

_MODEL = {
    "add a method": edit(
        append("    def label(self) -> str:\n        return f'{self.name} ({self.sku})'\n"),
        sub("\n\n\n    def label", "\n\n    def label"),
    ),
    "change a docstring": edit(sub('"""A product."""', '"""What the shop sells."""')),
    "write comments": edit(
        ahead("    active", "    # Hidden from the list when false.\n"),
        ahead("    sku", "    # As the warehouse writes it.\n"),
    ),
    "add an index": edit(
        sub(
            "__table_args__ = (",
            '__table_args__ = (\n        Index("ix_shop", "name", "sku"),\n        ',
        ),
        importing("from sqlalchemy import Index"),
    ),
    "move a field up": edit(lambda text: _field_first(text, "active")),
    "narrow lines": edit(NARROW),
    "other quotes, wide lines": edit(QUOTES),
    "a word by hand": edit(after('    LIVE = "live"\n', '    SOLD = "sold"\n')),
    "a mixin": edit(
        sub("class Product(", "class Product(Audited, "),
        ahead("class ProductStatus(", "class Audited:\n    audited = True\n\n\n"),
    ),
}


MODEL: dict[str, dict[str, Edit]] = {
    "library": {
        **_MODEL,
        "an argument": edit(
            sub("mapped_column(String(120)", 'mapped_column(String(120), comment="shown"'),
        ),
        "a field": edit(
            ahead("    note: ", "    weight: Mapped[int | None] = mapped_column()\n"),
        ),
        "a relationship": edit(
            ahead(
                "    updated_at",
                '    reviews: Mapped[list["Review"]] = relationship(lazy="raise")\n',
            ),
            sub("import Mapped, mapped_column", "import Mapped, mapped_column, relationship"),
            sub(
                "from app.db.base import Base\n",
                "from app.db.base import Base\nfrom app.models.review import Review\n",
            ),
        ),
        "an alias of an import": edit(
            sub("Numeric, String", "Numeric, String as Varchar"),
            sub("(String(", "(Varchar(", each=True),
            renames=True,
        ),
        "a length by hand": edit(sub("String(120)", "String(150)"), clashes=("change a length",)),
        "a default by hand": edit(
            sub(
                "active: Mapped[bool] = mapped_column(default=True)",
                "active: Mapped[bool] = mapped_column(default=False, index=True)",
            ),
        ),
        "delete a field": edit(
            sub("    note: Mapped[str | None] = mapped_column(Text)\n", ""),
            clashes=("add an index",),
        ),
        "the same word by hand": edit(
            after('    LIVE = "live"\n', '    GONE = "away"\n'), clashes=("add a word to an enum",)
        ),
        "the same field by hand": edit(
            ahead("    active: ", "    color: Mapped[int | None] = mapped_column()\n"),
            clashes=("add a field", "add a field between"),
        ),
        "an argument of a field that goes": edit(
            sub("mapped_column(Text)", 'mapped_column(Text, comment="inside")'),
            clashes=("remove a field", "rename a field"),
        ),
    },
    "blog": {
        **_MODEL,
        "an index on a field that goes": edit(
            sub(
                "__table_args__ = (",
                '__table_args__ = (\n        Index("ix_note", "note"),\n        ',
            ),
            importing("from sqlalchemy import Index"),
            clashes=("remove a field", "rename a field"),
        ),
        "a field": edit(ahead("    note = ", "    weight = Column(Integer, nullable=True)\n")),
        "an argument": edit(
            sub("sku = Column(String(32), ", 'sku = Column(String(32), comment="printed", ')
        ),
        "a property": edit(
            append("    @property\n    def dear(self):\n        return self.price > 100\n"),
            sub("\n\n\n    @property", "\n\n    @property"),
        ),
        "another post": edit(sub("title = Column(String(200)", "title = Column(String(250)")),
    },
    "inventory/backend": {
        **{name: one for name, one in _MODEL.items() if name != "add a method"},
        "an argument": edit(
            sub(
                "sku: str = Field(max_length=32, ",
                'sku: str = Field(max_length=32, description="Printed.", ',
            )
        ),
        "a field": edit(
            sub(
                "    note: str | None = Field(default=None, sa_type=Text)\n",
                "    weight: int | None = None\n    note: str | None = Field(default=None, sa_type=Text)\n",
            ),
        ),
        "a method": edit(
            sub(
                "    active: bool = Field(default=True)\n",
                "    active: bool = Field(default=True)\n\n    def dear(self) -> bool:\n        return self.price > 100\n",
            ),
        ),
    },
}

_SCHEMA = {
    "a validator": edit(
        after(
            "    active: ProductActive = Field(default=True)\n",
            '\n    @field_validator("sku")\n    @classmethod\n    def shout(cls, value: str) -> str:\n'
            '        """Upper case."""\n        return value.upper()\n',
        ),
        importing("from pydantic import field_validator"),
    ),
    "another example": edit(lambda text: text.replace('["Blue lamp"]', '["Red chair"]')),
    "a description": edit(
        sub(
            "ProductActive = Annotated[bool, Field(",
            'ProductActive = Annotated[bool, Field(description="Listed?", ',
        )
    ),
    "another schema": edit(append("class ProductBrief(ProductCreate):\n    short: bool = True\n")),
    "a docstring": edit(sub('"""A product as it is served."""', '"""What a visitor sees."""')),
    "a computed field": edit(
        ahead(
            "class ProductListQuery",
            "class ProductPage(BaseModel):\n    total: int\n\n    def empty(self) -> bool:\n        return not self.total\n\n\n",
        ),
        lambda text: (
            text
            if "import BaseModel" in text
            else importing("from pydantic import BaseModel")(text)
        ),
    ),
    "narrow lines": edit(NARROW),
    "other quotes, wide lines": edit(QUOTES),
    "move a class": edit(moved("class ProductListQuery(", "class ProductUpdate(")),
    "delete a parameter": edit(lambda text: _without_statement(text, "    offset: Annotated[")),
    "a config": edit(
        after(
            '    """The fields of a product to change; the others stay as they are."""\n',
            "\n    model_config = ConfigDict(str_strip_whitespace=True)\n",
        ),
        lambda text: (
            text if "ConfigDict," in text else importing("from pydantic import ConfigDict")(text)
        ),
    ),
    "a type by hand": edit(
        sub(
            "    active: ProductActive = Field(default=True)\n",
            "    active: bool = Field(default=True)\n",
        ),
    ),
}


SCHEMA: dict[str, dict[str, Edit]] = {
    "library": {
        **_SCHEMA,
        "a length by hand": edit(
            sub("max_length=120", "max_length=150"), clashes=("change a length",)
        ),
        "an entry in the config": edit(
            sub(
                "        from_attributes=True,\n",
                "        from_attributes=True,\n        frozen=True,\n",
            ),
        ),
        "a field that is read": edit(
            after("    active: bool\n", "    tags: list[str] = []\n"),
        ),
        "a validator of a field that goes": edit(
            after(
                "    active: ProductActive = Field(default=True)\n",
                '\n    @field_validator("note")\n    @classmethod\n'
                "    def short(cls, value: str) -> str:\n        return value[:80]\n",
            ),
            importing("from pydantic import field_validator"),
            clashes=("remove a field", "rename a field"),
        ),
        "delete a class": edit(
            cut("class ProductUpdate(", "class ProductRead("),
            clashes=(
                "add a field",
                "add a field between",
                "add a field to filter and sort",
                "remove a field",
                "rename a field",
                "add a relation",
                "add many to many",
                "make it nullable",
            ),
        ),
    },
    "blog": {
        **_SCHEMA,
        "another user": edit(
            sub(
                "class UserBase(BaseModel):\n",
                "class UserBase(BaseModel):\n    nick: str | None = None\n",
            )
        ),
        "a field that is read": edit(after("    active: bool\n", "    tags: list[str] = []\n")),
    },
    "inventory/backend": {
        **{name: one for name, one in _SCHEMA.items() if name != "a config"},
        "an entry in the config": edit(
            sub(
                '        "from_attributes": True,\n',
                '        "from_attributes": True,\n        "frozen": True,\n',
            ),
        ),
    },
}

FILTER = "statement = statement.where("
_REPOSITORY = {
    "a filter of its own": edit(
        sub(
            '    "status": lambda',
            '    "cheap": lambda value: Product.price <= value,\n    "status": lambda',
        ),
    ),
    "wrap in try": edit(
        _wrapped,
    ),
    "narrow lines": edit(NARROW),
    "other quotes, wide lines": edit(QUOTES),
    "move a table": edit(_swapped),
    "a where in the chain": edit(
        sub("= select(Product)\n", "= select(Product).where(Product.active)\n")
    ),
    "a filter in the body": edit(
        lambda text: _after_line(
            text, "= select(Product)\n", "statement = statement.where(Product.active)\n"
        )
    ),
    "log lines": edit(
        lambda text: _after_line(
            text,
            'in the order of what is asked for, then their ids."""\n',
            'logger.info("find %s", filters)\n',
        ),
        importing("import logging"),
        ahead("PRODUCT_FILTERS", "logger = logging.getLogger(__name__)\n\n"),
    ),
    "log lines at the end": edit(
        lambda text: _before_line(text, "return (", "print(statement)\n"),
    ),
    "a limit of its own": edit(sub(".limit(limit)", ".limit(min(limit, 20))")),
    "a parameter": edit(
        lambda text: _after_line(text, "offset: int,\n", "owner: str | None = None,\n"),
    ),
    "a docstring": edit(sub('"""Delete a product."""', '"""Delete a product for good."""')),
    "an order of its own": edit(sub('"-name": ', '"newest": Product.id.desc(),\n    "-name": ')),
}


REPOSITORY: dict[str, dict[str, Edit]] = {
    "library": {
        **_REPOSITORY,
        "a method": edit(
            append(
                '    async def count(self) -> int:\n        """How many."""\n        return 1\n'
            ),
            sub("\n\n\n    async def count", "\n\n    async def count"),
        ),
        "another name of a method": edit(sub("async def get(", "async def fetch("), renames=True),
        "delete a method": edit(
            lambda text: text[: text.index("    async def delete(")].rstrip() + "\n"
        ),
        "an early return": edit(
            lambda text: _after_line(
                text, "= select(Product)\n", "if limit == 0:\n            return []\n"
            )
        ),
        "a base class": edit(
            sub("class ProductRepository:", "class ProductRepository(Counting):"),
            ahead("PRODUCT_FILTERS: ", "class Counting:\n    counted = 0\n\n\n"),
        ),
    },
    "blog": {
        **_REPOSITORY,
        "another user": edit(
            sub(
                "def get_users(db: Session, skip: int = 0, limit: int = 100)",
                "def get_users(db: Session, skip: int = 0, limit: int = 50)",
            )
        ),
        "a function": edit(
            append(
                "def count_products(db: Session) -> int:\n    return db.query(Product).count()\n"
            )
        ),
        "another name of a function": edit(
            sub("def get_product(", "def find_product("), renames=True
        ),
    },
    "inventory/backend": {**_REPOSITORY},
}

SERVICE: dict[str, dict[str, Edit]] = {
    "library": {
        "log lines": edit(
            sub(
                "        return product\n\n    async def update",
                '        logger.info("created %s", product.id)\n        return product\n\n    async def update',
            ),
            importing("import logging"),
            ahead("class ProductNotFoundError", "logger = logging.getLogger(__name__)\n\n\n"),
        ),
        "a method": edit(
            append(
                '    async def touch(self, product_id: UUID) -> None:\n        """Look at it."""\n        await self.get(product_id)\n'
            ),
            sub("\n\n\n    async def touch", "\n\n    async def touch"),
        ),
        "another name of an error": edit(
            sub("ProductConflictError", "ProductClashError", each=True), renames=True
        ),
        "a parameter": edit(
            sub(
                "async def create(self, data: ProductCreate)",
                "async def create(self, data: ProductCreate, *, by: str = '')",
            )
        ),
        "a decorator": edit(
            sub("    async def get(self", "    @traced\n    async def get(self"),
            ahead("class ProductNotFoundError", "def traced(function):\n    return function\n\n\n"),
        ),
        "narrow lines": edit(NARROW),
        "check first": edit(
            sub(
                "        product = Product(**data.model_dump())\n",
                "        self.check(data)\n        product = Product(**data.model_dump())\n",
            ),
        ),
        "delete a method": edit(
            cut("    async def replace(", "    async def delete("),
            sub(
                "        return product\n\n\n    async def delete",
                "        return product\n\n    async def delete",
            ),
            clashes=("add many to many",),
        ),
        "another message": edit(sub('"Product not found"', '"No such product"')),
        "an import elsewhere": edit(
            sub("from app.models.product import Product\n", "from app.models import Product\n"),
        ),
    },
    "blog": {
        "log lines": edit(
            ahead("    product = Product(**data.model_dump())\n", '    print("create", data)\n'),
        ),
        "a function": edit(append("def touch(db: Session) -> None:\n    db.commit()\n")),
        "another name of a helper": edit(
            sub("_saving_product", "_storing_product", each=True), renames=True
        ),
        "another message": edit(sub('"Product not found"', '"No such product"')),
        "narrow lines": edit(NARROW),
        "move a helper": edit(moved("@contextmanager\ndef _saving_product", "def read_products(")),
    },
    "inventory/backend": {
        "a function": edit(append("def touch(session: Session) -> None:\n    session.commit()\n")),
        "another message": edit(sub('"Product not found"', '"No such product"')),
        "other quotes, wide lines": edit(QUOTES),
    },
}

ROLES = {"model": MODEL, "schema": SCHEMA, "repository": REPOSITORY, "service": SERVICE}
