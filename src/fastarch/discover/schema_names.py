"""How schema classes are called: for a new object, for a change, for an answer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from fastarch.discover.patterns import Subject, class_pattern
from fastarch.discover.schemas import Purpose, Schemas

# Words that such a name is made of. Others (``WithPassword``) are about one thing alone.
_ANY = frozenset({
    "Schema", "Model", "Dto", "DTO", "Request", "Body", "Payload", "Data", "In", "Input", "Req",
    "Base", "Form", "Api", "API",
})  # fmt: skip
_WORDS: Mapping[Purpose, frozenset[str]] = {
    "create": _ANY | {"Create", "Creation", "New", "Add", "Insert", "Upsert", "Post"},
    "update": _ANY | {"Update", "Edit", "Patch", "Put", "Modify", "Upsert", "Change"},
    "read": frozenset({
        "Read", "Out", "Output", "Public", "Response", "Resp", "Res", "Get", "Detail", "Details",
        "View", "Return", "Schema", "Model", "Dto", "DTO", "Data", "Info", "Full", "State",
        "Retrieve", "Display", "Show", "Item", "Api", "API", "Base",
    }),
}  # fmt: skip
_CHANGES = re.compile(r"Update|Edit|Patch|Put|Modify|Upsert|Change")
_KIND = re.compile(r"(Schema|Model|DTO|Dto|Request)$")
_PART = re.compile(r"[A-Z]{2,}(?![a-z])|[A-Z][a-z0-9]*")


def schema_names(
    schemas: Schemas, about: Sequence[Subject], model_class: str
) -> dict[Purpose, str]:
    """The pattern of most schema classes for each purpose; what is missing follows the others.

    Args:
        schemas: The schema classes that neighbours use.
        about: What the app is about.
        model_class: Pattern of the models' names; a schema cannot stand beside a model of its name.
    """
    votes: dict[Purpose, Counter[str]] = {}
    for schema in schemas.used:
        form = class_pattern(schema.definition.name, about)
        if form is None or form == model_class or "{One}" not in form:
            continue
        if set(_affixes(form)) <= _WORDS[schema.purpose]:
            votes.setdefault(schema.purpose, Counter())[form] += 1
    for name in _unused(schemas):
        # Classes beside those in use: bodies that a handler validates itself, answers it dumps.
        form = class_pattern(name, about)
        if form is None or form == model_class or "{One}" not in form:
            continue
        words = set(_affixes(form))
        for purpose, telling in _TELLING.items():
            if purpose not in votes and words & telling and words <= _WORDS[purpose]:
                votes.setdefault(purpose, Counter())[form] += 1
    found = {purpose: counter.most_common(1)[0][0] for purpose, counter in votes.items()}
    return _completed(_alike(found, votes))


_TELLING: Mapping[Purpose, frozenset[str]] = {
    "create": frozenset({"Create", "New"}),
    "update": frozenset({"Update", "Patch", "Edit"}),
    "read": frozenset({"Read", "Out", "Public", "Response"}),
}


def _alike(found: dict[Purpose, str], votes: Mapping[Purpose, Counter[str]]) -> dict[Purpose, str]:
    """``CreateUser`` beside ``UserUpdate`` is nobody's custom: the order of most is both's."""
    verbs: Mapping[Purpose, str] = {"create": "Create", "update": "Update"}
    if any(verb not in found.get(purpose, "") for purpose, verb in verbs.items()):
        return found
    orders: Counter[str] = Counter()
    for purpose, verb in verbs.items():
        for form, count in votes[purpose].items():
            if verb in form:
                orders[form.replace(verb, "*")] += count
    best = orders.most_common(1)[0][0]
    return found | {purpose: best.replace("*", verb) for purpose, verb in verbs.items()}


def is_usual(form: str, purpose: Purpose) -> bool:
    """Whether a pattern (``{One}Create``) is one for a purpose, and about nothing else."""
    return "{One}" in form and set(_affixes(form)) <= _WORDS[purpose]


def _affixes(form: str) -> list[str]:
    return _PART.findall(form.replace("{One}", " "))


def _unused(schemas: Schemas) -> Iterator[str]:
    files = {module.file: module for module in schemas.modules}
    for module in files.values():
        for found in re.finditer(r"^class (\w+)", module.text, re.MULTILINE):
            yield found.group(1)


def _completed(found: dict[Purpose, str]) -> dict[Purpose, str]:
    create, update, read = found.get("create"), found.get("update"), found.get("read")
    if update is not None and not _CHANGES.search(update):
        update = None  # one class for both; a resource has two
    if create is None and update is not None and "Update" in update:
        create = update.replace("Update", "Create")
    kind = next(
        (match.group(1) for form in (create, read) if form and (match := _KIND.search(form))), ""
    )
    if create is not None and update is None:
        update = (
            create.replace("Create", "Update") if "Create" in create else f"{{One}}Update{kind}"
        )
    if read in (create, update):
        read = None
    if read is None and create is not None and kind:
        read = f"{{One}}{'Response' if kind == 'Request' else f'Read{kind}'}"
    if create is not None and create == update:
        update = f"{{One}}Update{kind}"
    named: dict[Purpose, str | None] = {"create": create, "update": update, "read": read}
    return {purpose: form for purpose, form in named.items() if form is not None}
