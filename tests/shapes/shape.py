"""Small apps in memory, and what fastarch has to make of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

Files = Mapping[str, bytes]


def unpack(text: str) -> dict[str, bytes]:
    """Files of a text in which ``--- path`` starts each; a path alone is an empty file."""
    found: dict[str, bytes] = {}
    path, lines = "", list[str]()
    for line in [*text.lstrip("\n").splitlines(keepends=True), "--- \n"]:
        if not line.startswith("--- "):
            lines.append(line)
            continue
        if path:
            body = "".join(lines).strip("\n")
            found[path] = f"{body}\n".encode() if body else b""
        path, lines = line[4:].strip(), []
    return found


@dataclass(frozen=True, slots=True)
class Shape:
    """An app and the facts of it; what is None is not checked.

    Args:
        files: The app, as ``unpack`` reads it.
        entry: ``FILE:NAME``.
        site: The file where routers are included; None in a shape that has nothing to wire.
        session: What endpoints take.
        layout: flat, layered or feature.
        places: By role, where widgets go.
        url: Where widgets are served.
        serve: ``IMPORT_ROOT MODULE:NAME``, None where the test environment cannot import it.
        exit: 0, or the code of a refusal.
        says: Words of the refusal.
        has: By file, what it has afterwards.
        lacks: By file, what it does not have afterwards.
        bytes: A change of the files' bytes (line ends, encodings, links).
        headers: Sent with each request.
        options: Further options of the command.
        link: A symbolic link: its path, and what it leads to.
        keeps: What stays when widgets go, because others may use it by now.
    """

    name: str
    files: str
    entry: str | None = "app/main.py:app"
    site: str | None = "app/main.py"
    session: str | None = "get_db"
    layout: str | None = None
    places: Mapping[str, str] = field(default_factory=dict)
    url: str = "/widgets"
    serve: str | None = ". app.main:app"
    exit: int = 0
    says: tuple[str, ...] = ()
    has: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lacks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    bytes: Callable[[dict[str, bytes]], Mapping[str, bytes]] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, object] = field(default_factory=dict)
    link: tuple[str, str] | None = None
    keeps: tuple[str, ...] = ()

    def write(self, root: Path) -> dict[str, bytes]:
        """Write the app into a folder."""
        files = unpack(self.files)
        if self.bytes is not None:
            files = dict(self.bytes(files))
        for name, content in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        if self.link is not None:
            (root / self.link[0]).symlink_to(self.link[1])
        return files
