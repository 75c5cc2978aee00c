"""Names that cannot be taken, each with the reason that a person is told."""

from __future__ import annotations

import builtins
import keyword

# Builtins that generated functions use while a variable of the resource's name is in scope.
_HURTFUL_BUILTINS = frozenset(
    """
    bool bytes dict float id int isinstance len list object print set sorted str super tuple
    type
    """.split()  # noqa: SIM905
)
# Imported by name into the modules where a resource's class lives or is used.
_GENERATED_CLASSES = frozenset(
    """
    Annotated Any AsyncClient AsyncIterator AsyncSession Base BaseModel BigInteger Boolean
    Callable CheckConstraint Column ColumnElement ConfigDict Date DateTime Decimal Depends
    Dialect Double Engine Enum Field ForeignKey HTTPException Index Integer IntegrityError
    Iterator LargeBinary Literal Mapped Mapping MetaData Numeric Optional Path Query
    QueryableAttribute Relationship Request Response SQLModel Select Self Sequence Session StrEnum
    String Table TestClient Text Time TypeDecorator UUID Union UniqueConstraint Uuid
    """.split()  # noqa: SIM905
)
_RESOURCES = {
    "metadata": "SQLAlchemy keeps its tables there",
    "registry": "SQLAlchemy keeps its mappings there",
    "self": "methods call their own object so",
    "cls": "methods call their own class so",
    "app": "generated code imports the application's package by this name",
    "session": "every generated function has a database session of that name",
    "openapi": "FastAPI serves its own document there",
    "docs": "FastAPI serves its own pages there",
}

# In a class body, `str: str | None = None` makes `str` mean None for every line after it.
_TYPES_IN_CLASS_BODY = frozenset(
    """
    bool bytes dict float int list object property set str super tuple
    """.split()  # noqa: SIM905
)
_SQLALCHEMY = {
    "metadata": "SQLAlchemy keeps the model's tables there",
    "registry": "SQLAlchemy keeps the model's mappings there",
    "type_annotation_map": "SQLAlchemy reads its configuration there",
}
_GENERATED_NAMES = {
    "id": "every resource has one already",
    "self": "methods call their own object so",
    "cls": "methods call their own class so",
    "func": "generated models use SQLAlchemy's `func`",
    "mapped_column": "generated models call it",
    "relationship": "generated models call it",
    "unset": "generated schemas call a function of that name",
    "field_validator": "generated schemas call it",
    "model_validator": "generated schemas call it",
}
_PYDANTIC = frozenset(
    """
    construct copy dict from_orm json model_computed_fields model_config model_construct
    model_copy model_dump model_dump_json model_extra model_fields model_fields_set
    model_json_schema model_parametrized_name model_post_init model_rebuild model_validate
    model_validate_json model_validate_strings parse_file parse_obj parse_raw schema
    schema_json update_forward_refs validate
    """.split()  # noqa: SIM905
)
QUERY_PARAMETERS = frozenset({"limit", "offset", "cursor", "sort", "q"})
"""Query parameters that a collection has already: a field of that name can be no filter."""


def resource_reason(word: str) -> str | None:
    """Why a resource cannot be called so (in snake_case), None if it can."""
    if keyword.iskeyword(word) or keyword.iskeyword(word.capitalize()):
        return f"`{word}` is a keyword of Python"
    if word in _HURTFUL_BUILTINS:
        return f"`{word}` is a builtin of Python that generated code needs"
    if word in _RESOURCES:
        return f"`{word}` is taken: {_RESOURCES[word]}"
    return None


def class_reason(name: str) -> str | None:
    """Why a model's class cannot be called so, None if it can."""
    if hasattr(builtins, name):
        return f"its class `{name}` would hide the builtin of that name"
    if name in _GENERATED_CLASSES:
        return f"its class `{name}` would hide a class that generated code imports"
    return None


def field_reason(name: str) -> str | None:
    """Why a field cannot be called so, None if it can."""
    if keyword.iskeyword(name):
        return "it is a keyword of Python"
    if name.startswith("__"):
        return "Python keeps names with two leading underscores to itself"
    if name.startswith("_"):
        return "pydantic takes a leading underscore for private"
    if name in _GENERATED_NAMES:
        return _GENERATED_NAMES[name]
    if name in _SQLALCHEMY:
        return _SQLALCHEMY[name]
    if name in _PYDANTIC or name.startswith(("model_validate", "model_dump", "sqlmodel_")):
        return "it would hide an attribute of pydantic's BaseModel"
    if name in _TYPES_IN_CLASS_BODY:
        return "it would hide the builtin type in the rest of the class"
    return None
