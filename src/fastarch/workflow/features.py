"""The code of a feature generated once more: merged with what was done to it by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from fastarch.change import state
from fastarch.change.format import format_sources
from fastarch.merge import Conflict, merge

if TYPE_CHECKING:
    from fastarch.change.draft import Draft
    from fastarch.change.state import Record
    from fastarch.discover.profile import Formatting
    from fastarch.workflow.conflicts import Side


def merge_pieces(
    record: Record,
    texts: Mapping[str, str],
    beside: Mapping[str, str],
    draft: Draft,
    formatting: Formatting,
    prefer: Mapping[str, Side],
) -> tuple[dict[str, bytes], list[tuple[str, Conflict]]]:
    """Draft the pieces of a feature as they are with their new texts.

    Args:
        texts: By role, what its templates say by now, not yet formatted.
        beside: By path, modules that are new: what is imported from them is the app's own.
        prefer: Which side wins, by path.

    Returns:
        The snapshots of all pieces, for the record; and where a hand edit and new code disagree.
    """
    conflicts: list[tuple[str, Conflict]] = []
    # Several pieces may lie in one file; settings of the formatter go by the path.
    keys = {role: f"{record.paths[role].removesuffix('.py')}__{role}" for role in texts}
    sources = {keys[role]: text for role, text in texts.items()}
    # As the code was when it was new.
    sort = formatting.config is not None
    result = format_sources({**beside, **sources}, draft.root, formatting, sort_imports=sort)
    bases = state.read_bases(draft, record)
    for role in texts:
        path = record.paths[role]
        wanted, ours = result.sources[keys[role]].encode(), draft.read(path)
        if ours is not None:
            merged = merge(bases[role], ours, wanted, prefer=prefer.get(path), path=path)
            conflicts += [(path, conflict) for conflict in merged.conflicts]
            draft.write(path, merged.source)
        bases[role] = wanted
    return bases, conflicts
