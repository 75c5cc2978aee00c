from __future__ import annotations

import re
from pathlib import Path

import pytest

from fastarch.errors import UsageError
from fastarch.spec import reserved
from fastarch.spec.names import Name, member_name, parse_name
from fastarch.spec.plurals import pluralise, singularise

PAIRS = """
    product products · user users · category categories · company companies · country countries
    · city cities · day days · key keys · survey surveys · box boxes · tax taxes ·
    address addresses · status statuses · bus buses · campus campuses · bonus bonuses ·
    virus viruses · alias aliases · gas gases · lens lenses · canvas canvases · atlas atlases ·
    bias biases · process processes · business businesses · access accesses · match matches ·
    branch branches · batch batches · dish dishes · wish wishes · quiz quizzes · person people ·
    salesperson salespeople · child children · grandchild grandchildren · man men · woman women
    · human humans · foot feet · tooth teeth · mouse mice · goose geese · ox oxen · leaf leaves
    · knife knives · life lives · wife wives · shelf shelves · half halves · thief thieves ·
    analysis analyses · diagnosis diagnoses · thesis theses · crisis crises · axis axes ·
    hypothesis hypotheses · criterion criteria · phenomenon phenomena · matrix matrices ·
    vertex vertices · appendix appendices · news news · data data · media media · series series
    · species species · equipment equipment · information information · sheep sheep · fish fish
    · money money · staff staff · software software · feedback feedback · hero heroes ·
    potato potatoes · tomato tomatoes · photo photos · video videos · piano pianos · logo logos
    · house houses · case cases · database databases · purchase purchases · license licenses ·
    response responses · expense expenses · course courses · release releases ·
    warehouse warehouses · size sizes · prize prizes · movie movies · cookie cookies · tie ties
    · shoe shoes · cache caches · image images · page pages · message messages ·
    employee employees · fee fees · degree degrees · menu menus · api apis · taxi taxis ·
    cause causes · excuse excuses · house houses · use uses · recipe recipes · invoice invoices
    · price prices · service services · device devices · invoice_line invoice_lines ·
    order_item order_items · news_item news_items · order_status order_statuses ·
    archive archives · cave caves · drive drives · wave waves · glove gloves · curve curves ·
    roof roofs · belief beliefs · chief chiefs · employee_address employee_addresses ·
    index indexes · suffix suffixes · prefix prefixes · epoch epochs · basis bases ·
    premise premises · promise promises · franchise franchises · exercise exercises ·
    axe_type axe_types · bench benches · church churches · month months · path paths ·
    cloth cloths
"""
TABLE = [tuple(pair.split()) for pair in PAIRS.replace("\n", "·").split("·") if pair.split()]


@pytest.mark.parametrize(("one", "many"), TABLE, ids=[one for one, _ in TABLE])
def test_plural_and_singular(one, many):
    assert pluralise(one) == many
    assert singularise(one) == one
    if one != "basis":  # `bases` is taken to be of `base`
        assert singularise(many) == one


@pytest.mark.parametrize(
    ("text", "name", "class_name", "slug"),
    [
        ("products", Name("product", "products"), "Product", "products"),
        ("product", Name("product", "products"), "Product", "products"),
        ("Product", Name("product", "products"), "Product", "products"),
        ("Products", Name("product", "products"), "Product", "products"),
        ("order-items", Name("order_item", "order_items"), "OrderItem", "order-items"),
        ("order_item", Name("order_item", "order_items"), "OrderItem", "order-items"),
        ("OrderItem", Name("order_item", "order_items"), "OrderItem", "order-items"),
        ("orderItems", Name("order_item", "order_items"), "OrderItem", "order-items"),
        ("order items", Name("order_item", "order_items"), "OrderItem", "order-items"),
        ("HTTPRoute", Name("http_route", "http_routes"), "HttpRoute", "http-routes"),
        ("PRODUCTS", Name("product", "products"), "Product", "products"),
        ("people", Name("person", "people"), "Person", "people"),
        ("indices", Name("index", "indices"), "Index", "indices"),
        (
            "oauth2-clients",
            Name("oauth2_client", "oauth2_clients"),
            "Oauth2Client",
            "oauth2-clients",
        ),
        ("news", Name("news", "news"), "News", "news"),
    ],
)
def test_spellings(text, name, class_name, slug):
    if class_name == "Index":
        with pytest.raises(UsageError):
            parse_name(text)
        return
    parsed = parse_name(text)
    assert parsed == name
    assert (parsed.One, parsed.slug) == (class_name, slug)


def test_a_plural_of_ones_own():
    assert parse_name("data", "datasets") == Name("data", "datasets")
    assert parse_name("cafe", "cafés".replace("é", "e")) == Name("cafe", "cafes")
    assert parse_name("products", "products") == Name("product", "products")
    assert parse_name("Staff", "StaffMembers") == Name("staff", "staff_members")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("class", "keyword"),
        ("classes", "keyword"),
        ("import", "keyword"),
        ("none", "keyword"),
        ("Trues", "keyword"),
        ("list", "builtin"),
        ("types", "builtin"),
        ("id", "builtin"),
        ("str", "builtin"),
        ("exceptions", "builtin"),
        ("metadata", "SQLAlchemy"),
        ("registry", "SQLAlchemy"),
        ("self", "object"),
        ("sessions", "session"),
        ("base", "class"),
        ("fields", "class"),
        ("requests", "class"),
        ("queries", "class"),
        ("", "no name"),
        ("1product", "digit"),
        ("_product", "underscore"),
        ("__init__", "underscore"),
        ("pro__duct", "identifier"),
        ("pro.duct", "identifier"),
        ("pro/duct", "identifier"),
        ("../etc", "identifier"),
        ("a b\n", "identifier"),
        ("prodücts", "ASCII"),
        ("ｐroducts", "ASCII"),
        ("рroducts", "ASCII"),
        ("🔥", "ASCII"),
        ("x" * 64, "63 bytes"),
        ("-", "identifier"),
        ("product;drop", "identifier"),
        ("docs", "FastAPI"),
    ],
)
def test_refused(text, reason):
    with pytest.raises(UsageError) as caught:
        parse_name(text)
    assert caught.value.exit_code == 2
    assert reason in caught.value.problems[0].message
    assert caught.value.problems[0].hint


@pytest.mark.parametrize("plural", ["", "1", "a b/c", "lists\n", "list", "ü"])
def test_refused_plurals(plural):
    with pytest.raises(UsageError):
        parse_name("product", plural)


@pytest.mark.parametrize(
    "text",
    [
        "orders",
        "items",
        "events",
        "files",
        "matches",
        "cases",
        "groups",
        "users",
        "properties",
        "tags",
        "statuses",
        "addresses",
        "models",
        "tests",
        "settings",
        "warehouses",
        "media",
        "names",
        "values",
    ],
)
def test_taken(text):
    assert parse_name(text)


@pytest.mark.parametrize(
    ("word", "member"),
    [
        ("draft", "DRAFT"),
        ("in-stock", "IN_STOCK"),
        ("In Stock", "IN_STOCK"),
        ("1", "VALUE_1"),
        ("🔥", "FIRE"),
        ("größe", "GROSSE"),
        ("class", "CLASS"),
        ("None", "NONE"),
        ("c++", "C_PLUS_SIGN_PLUS_SIGN"),
        ("日本", None),
        ("-", "VALUE"),
        ("a/b.c", "A_B_C"),
        ("é", "E"),
        ("__x__", "X"),
        ("mro", "MRO"),
    ],
)
def test_member_names(word, member):
    made = member_name(word)
    assert made.isidentifier()
    assert made.isascii()
    if member:
        assert made == member


def test_no_class_can_hide_what_generated_code_imports():
    """A resource's class lives beside these imports, in a flat app even in one module with all."""
    folder = Path(__file__).parents[2] / "templates" / "resource"
    roles = ("model", "repository", "service", "router", "filters", "find", "errors")
    imported: set[str] = set()
    for path in folder.rglob("*.jinja"):
        if path.name.partition(".")[0] in roles:
            for names in re.findall(
                r"^from [\w.]+ import (\([^)]*\)|.*)$", path.read_text("utf-8"), re.MULTILINE
            ):
                imported |= set(re.findall(r"\b[A-Z]\w+", names))
    # `UUID` and `APIRouter` are the classes of no resource: theirs are `Uuid` and `ApiRouter`.
    possible = {name for name in imported if not re.search(r"[A-Z]{2}", name)}
    assert {name for name in possible if reserved.class_reason(name) is None} == set()
