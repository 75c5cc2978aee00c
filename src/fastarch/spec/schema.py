"""The shape of a spec file: pydantic models that check it and make the JSON Schema for editors."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    TypeAdapter,
    WithJsonSchema,
    create_model,
)

from fastarch.spec.vocabulary import FLAG_ALIASES, FLAGS, M2M, REF, TYPES

# Values keep the text that the user wrote; in an editor's eyes it may be a number or a boolean.
Text = Annotated[str, WithJsonSchema({"type": ["string", "number", "boolean"]})]
TextOrNull = Annotated[str, WithJsonSchema({"type": ["string", "number", "boolean", "null"]})]
Word = Annotated[str, WithJsonSchema({"type": "string"})]


def _shape(value: object) -> str:
    return "map" if isinstance(value, dict) else "list" if isinstance(value, list) else "text"


_by_shape = Discriminator(_shape)
TextOrList = Annotated[
    Annotated[Text, Tag("text")] | Annotated[list[TextOrNull], Tag("list")], _by_shape
]
Anything = Annotated[
    Annotated[str, WithJsonSchema({}), Tag("text")]
    | Annotated[list[Any], Tag("list")]
    | Annotated[dict[str, Any], Tag("map")],
    _by_shape,
    WithJsonSchema({}),
]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", protected_namespaces=())


def _field_map() -> type[BaseModel]:
    """The map form of a field, from the grammar's own words."""
    keys: dict[str, Any] = {
        "type": (Text, "The type, as in the short form: " + ", ".join(TYPES)),
        REF: (Word, TYPES[REF]),
        M2M: (Word, TYPES[M2M]),
        "enum": (TextOrList, TYPES["enum"]),
        "list": (Text, TYPES["list"]),
        "choices": (TextOrList, "The words of an enum"),
        "items": (Text, "The type of a list's items"),
        "precision": (int, "Digits of a decimal in all"),
        "scale": (int, "Digits of a decimal after the point"),
    }
    for key, flag in FLAGS.items():
        value = Anything if key in ("default", "server_default") else Text
        keys[key] = (bool if flag.switch else value, flag.doc)
    for alias, key in FLAG_ALIASES.items():
        keys[alias] = (keys[key][0], f"Same as `{key}`")
    # Names such as `list` would hide the types that annotations need: they become aliases.
    definitions: dict[str, Any] = {
        f"{key}_": (kind | None, Field(None, alias=key, description=doc))
        for key, (kind, doc) in keys.items()
    }
    return create_model("FieldMap", __base__=_Strict, **definitions)


FieldMap = _field_map()
FieldForm = Annotated[
    Annotated[TextOrNull, Tag("text")] | Annotated[FieldMap, Tag("map")],  # type: ignore[valid-type]
    _by_shape,
]


class IndexMap(_Strict):
    """An index over several fields."""

    fields: list[Word]
    unique: bool = False
    name: Word | None = None


class ScopeMap(_Strict):
    """Whose rows a signed-in user sees."""

    field: Word = Field(description="The ref to the user")


class ResourceBody(_Strict):
    """A resource, without its name."""

    plural: Word | None = Field(None, description="The plural, where the rules do not find it")
    table: Word | None = Field(None, description="The table's name")
    id: Literal["int", "uuid"] | None = Field(None, description="Type of the primary key")
    timestamps: bool | None = Field(None, description="Has created_at and updated_at")
    soft_delete: bool = Field(False, description="DELETE sets deleted_at")
    prefix: Word | None = Field(None, description="Path before the resource's own")
    doc: Word | None = Field(None, description="Description")
    scope: (
        Annotated[Annotated[Word, Tag("text")] | Annotated[ScopeMap, Tag("map")], _by_shape] | None
    ) = Field(None, description="Each user sees only their own rows")
    fields: dict[str, FieldForm] = Field(default_factory=dict)
    indexes: list[IndexMap] = Field(default_factory=list)


class ResourceMap(ResourceBody):
    """A resource."""

    resource: Word = Field(description="The name, as `products`")


Version = Annotated[Literal["1"], WithJsonSchema({"const": 1})]


class OneResource(ResourceMap):
    """A spec file with one resource."""

    version: Version = "1"


class SeveralResources(_Strict):
    """A spec file with several resources."""

    version: Version = "1"
    resources: Annotated[
        Annotated[list[ResourceMap], Tag("list")] | Annotated[dict[str, NamedBody], Tag("map")],
        _by_shape,
    ]


class NamedBody(ResourceBody):
    """A resource of a map by name; it may repeat its name."""

    resource: Word | None = None


SeveralResources.model_rebuild()


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a spec file, for ``# yaml-language-server: $schema=…``."""
    schema = TypeAdapter(OneResource | SeveralResources).json_schema(by_alias=True)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "fastarch resource spec",
        **schema,
    }
