"""Regular expressions that Python and pydantic's engine, which takes linear time, both know."""

from __future__ import annotations

import math
import re
import warnings

_HINT = "look-around, back references, possessive repeats and the like are not in pydantic's engine"
_ESCAPES = re.compile(r"\\[^0-9NZ]")
_NUMBERED = re.compile(r"\\[0-9NZ]|\[[^]]*\\b")
_CLASS = re.compile(r"\[\^?\]?[^]]*\]")
_UNSUPPORTED = re.compile(r"\(\?(<?[=!]|>|\(|P=|#|[a-zA-Z]*[aL])|[*+?}]\+|\{(?!\d+(,\d*)?\})")
_COUNT = re.compile(r"\{(?:\d+,)?(\d+),?\}")
_LARGE = 100


def pattern_problem(pattern: str) -> tuple[str, str | None] | None:
    """What is wrong with a pattern, and a hint; None where nothing is."""
    if not pattern:
        return "an empty expression matches everything", "leave `re=` out"
    try:
        with warnings.catch_warnings():
            # Python warns of what it will read otherwise one day, as other engines do now.
            warnings.simplefilter("error")
            re.compile(pattern)
    except (re.error, OverflowError, RecursionError, Warning) as error:
        return f"`{pattern}` is not a regular expression: {error}", None
    numbered = _NUMBERED.search(pattern.replace("\\\\", "__"))
    escaped = _ESCAPES.sub("__", pattern)
    bare = _CLASS.sub("_", escaped)
    nested = next((m for m in _CLASS.finditer(escaped) if "[" in m.group()[1:]), None)
    found = numbered or nested or _UNSUPPORTED.search(bare)
    if found:
        return f"`{found.group()}` cannot be in a regular expression here", _HINT
    if math.prod(int(count) or 1 for count in _COUNT.findall(bare)) > _LARGE:
        return _too_large(pattern)
    return None


def _too_large(pattern: str) -> tuple[str, str | None] | None:
    # Only the engine itself knows how large it gets; it is loaded for such patterns alone.
    from pydantic_core import SchemaError, SchemaValidator, core_schema

    try:
        SchemaValidator(core_schema.str_schema(pattern=pattern))
    except SchemaError:
        return f"the regular expression `{pattern}` is too large", "`max=` limits the length"
    return None
