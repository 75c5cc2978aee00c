"""Three-way merge by lines: for what is not Python, and for the insides of long strings."""

from __future__ import annotations

from collections.abc import Sequence

from merge3 import Merge3

from fastarch.merge.conflicts import Conflict, Merged, Prefer, Side

MARKS = ("<<<<<<< yours", "||||||| base", "=======", ">>>>>>> generated")


def merge_text(base: str, ours: str, theirs: str) -> str | None:
    """Merge lines; None where both sides changed the same ones."""
    before, today, after = (one.splitlines(keepends=True) for one in (base, ours, theirs))
    merge = Merge3(before, today, after)
    if any(region[0] == "conflict" for region in merge.merge_regions()):
        return None
    return "".join(merge.merge_lines())


def merge_lines(base: bytes, ours: bytes, theirs: bytes, prefer: Prefer | None) -> Merged:
    """Merge two files line by line; line ends are those of today's file."""
    newline = b"\r\n" if b"\r\n" in ours else b"\n"
    before, after = _split(base, newline), _split(theirs, newline)
    today = ours.splitlines(keepends=True)
    merge = Merge3(before, today, after)
    out: list[bytes] = []
    conflicts: list[Conflict] = []
    for region in merge.merge_regions():
        match region:
            case ("conflict", base_from, base_to, from_, to, theirs_from, theirs_to):
                hunk = (
                    today[from_:to],
                    before[base_from or 0 : base_to or 0],
                    after[theirs_from:theirs_to],
                )
                mine, old, new = (b"".join(one).decode("utf-8", "replace") for one in hunk)
                why = "Both changed these lines."
                line = min(from_ + 1, max(len(today), 1))
                conflicts.append(Conflict(f"line {line}", line, mine, old, new, why))
                out += _chosen(hunk, prefer, newline)
            case ("unchanged", start, end):
                out += before[start:end]
            case ("b", start, end):
                out += after[start:end]
            case (_, start, end):
                out += today[start:end]
    found = () if prefer in {"ours", "theirs"} else tuple(conflicts)
    return Merged(b"".join(out), found)


def _chosen(
    hunk: tuple[list[bytes], list[bytes], list[bytes]], prefer: Prefer | None, newline: bytes
) -> list[bytes]:
    if prefer == "markers":
        return marked(hunk, newline)
    return hunk[2] if prefer == "theirs" else hunk[0]


def marked(hunk: Sequence[Sequence[bytes]], newline: bytes) -> list[bytes]:
    """Three versions of some lines between git's markers."""
    out: list[bytes] = []
    for mark, lines in zip(MARKS, (*hunk, ()), strict=True):
        out += [mark.encode() + newline, *lines]
        if lines and not out[-1].endswith((b"\n", b"\r")):
            out[-1] += newline
    return out


def with_markers(versions: dict[Side, bytes]) -> bytes:
    """One file of three that are the same but for what conflicts."""
    ours, base, theirs = (
        versions[side].splitlines(keepends=True) for side in ("ours", "base", "theirs")
    )
    newline = b"\r\n" if b"\r\n" in versions["ours"] else b"\n"
    merge = Merge3(base, ours, theirs)
    out: list[bytes] = []
    at = (0, 0, 0)
    for z, z_end, a, a_end, b, b_end in merge.find_sync_regions():
        one, two = ours[at[0] : a], theirs[at[2] : b]
        out += one if one == two else marked((one, base[at[1] : z], two), newline)
        out += ours[a:a_end]
        at = (a_end, z_end, b_end)
    return b"".join(out)


def _split(source: bytes, newline: bytes) -> list[bytes]:
    """Lines with the line ends of today's file."""
    text = source.replace(b"\r\n", b"\n").replace(b"\n", newline)
    return text.splitlines(keepends=True)
