"""One template, or one block of it, as a project's own: what is copied, and what it came from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from hashlib import sha256
from pathlib import Path, PurePosixPath

from fastarch.errors import Problem, UsageError
from fastarch.plan.blueprint import OVERRIDES, templates_folder
from fastarch.records import dataclass

FEATURE = "resource"
ORIGINAL = "fastarch"
"""Under this folder an ejected template finds the one that it takes the place of."""
_BLOCK = re.compile(
    r"^{% block (?P<name>\w+) %}\n(?P<text>.*?)^{% endblock %}\n?", re.DOTALL | re.MULTILINE
)
_SUFFIX = ".py.jinja"


@dataclass(frozen=True, slots=True)
class Template:
    """A template, or a block of it.

    Args:
        path: Below the feature's folder: ``classes/service.py.jinja``.
        block: None for the whole template.
        text: What it says today.
    """

    path: str
    block: str | None
    text: str

    @property
    def name(self) -> str:
        """As it is typed: ``classes/service:create``."""
        name = self.path.removesuffix(_SUFFIX)
        return name if self.block is None else f"{name}:{self.block}"

    @property
    def own_path(self) -> str:
        """The project's own template, from the root."""
        return f"{OVERRIDES}/{FEATURE}/{self.path}"

    @property
    def digest(self) -> str:
        """The SHA-256 of what it says."""
        return sha256(self.text.encode()).hexdigest()


def find_template(asked: str, styles: Iterable[str]) -> Template:
    """The template that a name means: ``router``, ``router:create``, ``classes/service``.

    Args:
        asked: As typed.
        styles: The folders in which the app's templates are looked for, the best first.

    Raises:
        UsageError: there is no such template or block, with the nearest name.
    """
    name, _, block = asked.partition(":")
    known = tuple(names())
    name = name.removeprefix(f"{FEATURE}/").removesuffix(_SUFFIX)
    tries = (name, *(f"{style}/{name}" for style in styles if style != "."))
    found = next((one for one in tries if one in known), None)
    if found is None:
        near = get_close_matches(name, known, n=1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
        raise UsageError(Problem(f"There is no template {name!r}.", hint=hint))
    path = f"{found}{_SUFFIX}"
    text = read(path) or ""
    if not block:
        return Template(path, None, text)
    inside = blocks(text)
    if block not in inside:
        hint = f"it has {', '.join(inside)}" if inside else "it has none: eject it whole"
        raise UsageError(Problem(f"{found} has no block {block!r}.", hint=hint))
    return Template(path, block, inside[block])


def names() -> Iterator[str]:
    """Every template, as it is typed."""
    folder = templates_folder() / FEATURE
    for path in sorted(folder.rglob(f"*{_SUFFIX}")):
        yield path.relative_to(folder).as_posix().removesuffix(_SUFFIX)


def read(path: str) -> str | None:
    """What a template says today, None where it is no more."""
    file = Path(templates_folder(), FEATURE, PurePosixPath(path))
    return file.read_text("utf-8") if file.is_file() else None


def blocks(text: str) -> Mapping[str, str]:
    """The blocks of a template by name."""
    return {match["name"]: match["text"] for match in _BLOCK.finditer(text)}


def own_text(template: Template, there: str | None) -> str:
    """The project's own template with one more block, or the whole one.

    Args:
        there: What the project has already.
    """
    if template.block is None:
        return template.text
    lead = there or f'{{% extends "{ORIGINAL}/{template.path}" %}}\n'
    block = f"{{% block {template.block} %}}\n{template.text}{{% endblock %}}\n"
    if template.block in blocks(lead):
        return _BLOCK.sub(lambda m: block if m["name"] == template.block else m[0], lead)
    return f"{lead}\n{block}"
