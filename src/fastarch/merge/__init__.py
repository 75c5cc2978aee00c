"""Three-way merge of generated and edited code, definition by definition."""

from fastarch.merge.conflicts import Conflict, Merged
from fastarch.merge.merging import merge

__all__ = ["Conflict", "Merged", "merge"]
