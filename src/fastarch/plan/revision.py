"""A revision's id, file name and frame, as the app's own Alembic set-up would have made them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from fastarch.discover.database_facts import Alembic
from fastarch.errors import NotUnderstoodError, Problem
from fastarch.records import dataclass

# Alembic's own limit, where `truncate_slug_length` does not say another.
SLUG_LENGTH = 40
_NUMBERED = re.compile(r"(?P<number>\d{1,6})(?P<rest>_\w+)?")
_EXPRESSION = re.compile(r"\$\{(?P<inside>[^{}]*)\}")
_SEVERAL_DATABASES = re.compile(r"^def upgrade\([^)\s]", re.MULTILINE)
_SQLMODEL = re.compile(r"^import sqlmodel[\w.]*\n", re.MULTILINE)
_IF_IMPORTS = re.compile(r"^%\s*if imports:\n((?:(?!%).*\n)*)%\s*endif\n", re.MULTILINE)
_NO_IMPORTS = re.compile(r"^\$\{\s*imports[^{}]*\}\n", re.MULTILINE)
_MAKO = re.compile(r"\$\{|<%|^[ \t]*(%(?!%)|##)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Revision:
    """What a revision says, before it becomes a file."""

    message: str
    upgrade: str
    downgrade: str
    needs: tuple[str, ...] = ()


def render_revision(
    alembic: Alembic, revision: Revision, now: datetime, template: str, own: str
) -> tuple[str, str]:
    """The path and the text of a revision after the one current head.

    Args:
        alembic: The app's Alembic.
        revision: What the revision says.
        now: The date that it says.
        template: The app's ``script.py.mako``; not used where it says more than Alembic's own do.
        own: The text of fastarch's ``script.py.mako``, for that case.

    Raises:
        NotUnderstoodError: there are several heads, or several databases.
    """
    down = current_head(alembic)
    if _SEVERAL_DATABASES.search(template):
        message = "Revisions of this app are run for several databases, one function for each."
        hint = "leave the revision out with --no-migration, and let Alembic autogenerate it"
        raise NotUnderstoodError(Problem(message, file=alembic.env, hint=hint))
    slug = _slug(revision.message)
    identity = _identity(down, slug, revision)
    values = {
        "message": revision.message,
        "up_revision": identity,
        "create_date": str(now),
        "down_revision": down,
        "branch_labels": None,
        "depends_on": None,
        "upgrades": revision.upgrade,
        "downgrades": revision.downgrade,
    }
    text = _fill(template, values, revision.needs) or _fill(own, values, revision.needs)
    assert text is not None, "fastarch's own script.py.mako is one that it can fill"
    if "sqlmodel." not in _SQLMODEL.sub("", text):
        text = _SQLMODEL.sub("", text)
    return f"{alembic.versions}/{_file(alembic, identity, slug, now)}", text


def current_head(alembic: Alembic) -> str | None:
    """The one head that a new revision comes after; None where there is no revision yet.

    Raises:
        NotUnderstoodError: there are several.
    """
    if len(alembic.heads) > 1:
        names = ", ".join(sorted(alembic.heads))
        message = f"Alembic has {len(alembic.heads)} heads: {names}. A revision comes after one."
        hint = "join them with `alembic merge heads`, or leave the revision out with --no-migration"
        raise NotUnderstoodError(Problem(message, file=alembic.versions, hint=hint))
    return next(iter(alembic.heads), None)


def _identity(down: str | None, slug: str, revision: Revision) -> str:
    """The next number where revisions are numbered, else twelve digits made of the content."""
    match = _NUMBERED.fullmatch(down) if down is not None else None
    if match is not None:
        digits = match["number"]
        number = str(int(digits) + 1).zfill(len(digits))
        return f"{number}_{slug}" if match["rest"] else number
    content = "\0".join((down or "", revision.message, revision.upgrade, revision.downgrade))
    return sha256(content.encode()).hexdigest()[:12]


def _slug(message: str) -> str:
    words = "_".join(re.findall(r"\w+", message)).lower()
    if len(words) <= SLUG_LENGTH:
        return words
    return words[:SLUG_LENGTH].rsplit("_", 1)[0]


def _file(alembic: Alembic, identity: str, slug: str, now: datetime) -> str:
    """The file's name after ``file_template``, in either spelling of its percent signs."""
    known = {
        "rev": identity,
        "slug": slug,
        "epoch": int(now.timestamp()),
        "year": now.year,
        "month": now.month,
        "day": now.day,
        "hour": now.hour,
        "minute": now.minute,
        "second": now.second,
    }
    pattern = alembic.file_template.replace("%%", "%")
    if identity.endswith(f"_{slug}"):
        # The number's own slug would be said twice.
        pattern = pattern.replace("%(rev)s_%(slug)s", "%(rev)s")
    try:
        return f"{pattern % known}.py"
    except (KeyError, ValueError, TypeError) as error:
        message = f"file_template says something that is not known here: {alembic.file_template}"
        raise NotUnderstoodError(Problem(message, file=alembic.ini or alembic.env)) from error


def _fill(template: str, values: Mapping[str, str | None], needs: tuple[str, ...]) -> str | None:
    """Fill a ``script.py.mako`` that says what Alembic's own say; None for any other."""
    texts: dict[str, str] = {}
    for key, value in values.items():
        texts[key] = str(value)
        texts[f"repr({key})"] = "None" if value is None else f'"{value}"'
    texts["down_revision | comma,n"] = values["down_revision"] or ""
    for key in ("upgrades", "downgrades"):
        texts[key] = texts[f'{key} if {key} else "pass"'] = str(values[key])
    missing = tuple(line for line in needs if line not in template)
    imports = "\n".join(missing)
    template = _IF_IMPORTS.sub(r"\1" if missing else "", template)
    if not missing:
        template = _NO_IMPORTS.sub("", template)
    texts["imports"] = texts['imports if imports else ""'] = imports

    def known(match: re.Match[str]) -> str:
        inside = re.sub(r"\s+", " ", match["inside"].strip()).replace("'", '"')
        return re.sub(r" ?, ?", ",", inside)

    def replace(match: re.Match[str]) -> str:
        return _indented(template, match.start(), texts[known(match)])

    said = {known(match) for match in _EXPRESSION.finditer(template)}
    rest = _EXPRESSION.sub(lambda match: "" if known(match) in texts else match[0], template)
    has_bodies = all(
        any(key.startswith(name) for key in said) for name in ("upgrades", "downgrades")
    )
    has_imports = not missing or any(key.startswith("imports") for key in said)
    if _MAKO.search(rest) or not has_bodies or not has_imports:
        return None
    return _EXPRESSION.sub(replace, template)


def _indented(template: str, start: int, text: str) -> str:
    """Later lines go as deep as the place that the first one is put at."""
    line = template[template.rfind("\n", 0, start) + 1 : start]
    if line.strip():
        return text
    return text.replace("\n", f"\n{line}")
