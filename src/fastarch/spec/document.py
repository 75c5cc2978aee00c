"""A YAML file as nodes that know their place. Scalars keep their text, as ``on`` and ``0.10``."""

from __future__ import annotations

from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from fastarch.records import dataclass
from fastarch.spec.place import Spot

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BYTES = 1_000_000
MAX_NODES = 100_000
"""Nodes of a file with its aliases written out: many times what a hundred resources have."""
MAX_DEPTH = 16


@dataclass(slots=True)
class Node:
    """A scalar, a list or a map.

    Args:
        at: Where it begins; for a scalar, where its text does.
        text: A scalar's text.
        quoted: The scalar stood in quotes or was a block.
        items: A list's elements.
        entries: A map's values, by key.
        keys: Where a map's keys stand.
        size: Nodes in it, aliases written out; ``depth``: how deep they are nested.
    """

    at: Spot
    text: str | None = None
    quoted: bool = False
    items: list[Node] | None = None
    entries: dict[str, Node] | None = None
    keys: dict[str, Spot] = field(default_factory=dict)
    size: int = 1
    depth: int = 1

    @property
    def kind(self) -> str:
        """What a person calls it."""
        if self.entries is not None:
            return "a map"
        return "a text" if self.items is None else "a list"

    def plain(self) -> object:
        """Texts, lists and dicts."""
        if self.entries is not None:
            return {key: node.plain() for key, node in self.entries.items()}
        if self.items is not None:
            return [node.plain() for node in self.items]
        return self.text


def load(path: Path, shown: str) -> Node:
    """The one document of a file.

    Args:
        path: The file.
        shown: How errors call it.

    Raises:
        UsageError: It is no readable YAML file of ordinary size with a single document.
    """
    at = Spot(shown, None, None)
    try:
        if path.is_dir():
            raise at.error(f"{shown} is a folder, not a spec file")
        if not path.exists():
            raise at.error(f"there is no file {shown}")
        # A pipe or a device might never end.
        if not path.is_file():
            raise at.error(f"{shown} is not a regular file")
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise at.error(f"{shown} cannot be read: {error.strerror}") from None
    if len(content) > MAX_BYTES:
        raise at.error(
            f"{shown} is larger than the {MAX_BYTES // 1_000_000} MB that a spec may have"
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - (content.rfind(b"\n", 0, error.start) + 1) + 1
        raise Spot(shown, line, column).error(
            f"{shown} is not in UTF-8", "save it as UTF-8"
        ) from None
    return parse(text, shown)


def parse(text: str, shown: str) -> Node:
    """The one document of a text.

    Raises:
        UsageError: At the place where it stops to be YAML that a spec may have.
    """
    try:
        root = _Composer(text, shown).compose()
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        column = error.position - (text.rfind("\n", 0, error.position) + 1) + 1
        message = f"a control character (U+{ord(text[error.position]):04X}) cannot be in YAML"
        raise Spot(shown, line, column).error(message) from None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = Spot(shown, mark.line + 1, mark.column + 1) if mark else Spot(shown, None, None)
        problem = error.problem or "it cannot be read"
        raise at.error(f"this is not YAML: {problem}", _yaml_hint(problem)) from None
    except YAMLError as error:
        raise Spot(shown, None, None).error(f"this is not YAML: {error}") from None
    if root is None:
        raise Spot(shown, 1, 1).error(f"{shown} is empty", "it needs `resource:` and `fields:`")
    return root


def _yaml_hint(problem: str) -> str | None:
    if "mapping values are not allowed" in problem:
        return "a value with `: ` in it stands in single quotes: 'str:doc=\"a: b\"'"
    if r"'\t'" in problem:
        return "indent with spaces: YAML takes no tabs"
    return None


class _Composer:
    """Events to nodes, without recursion, counting what aliases would make of them."""

    def __init__(self, text: str, shown: str) -> None:
        self._text = text
        self._shown = shown
        self._anchors: dict[str, Node] = {}
        self._nodes = 0

    def compose(self) -> Node | None:
        root: Node | None = None
        open_nodes: list[tuple[Node, str | None]] = []
        pending: list[Node | None] = []  # the key that waits for its value, for each open map
        for event in self._events():
            at = Spot(self._shown, event.start_mark.line + 1, event.start_mark.column + 1)
            if isinstance(event, MappingStartEvent | SequenceStartEvent):
                open_nodes.append((self._collection(event, at, len(open_nodes)), event.anchor))
                pending.append(None)
                continue
            if isinstance(event, MappingEndEvent | SequenceEndEvent):
                node, anchor = open_nodes.pop()
                pending.pop()
                if anchor:
                    self._anchors[anchor] = node
            elif isinstance(event, ScalarEvent | AliasEvent):
                node = self._leaf(event, at, len(open_nodes))
            elif isinstance(event, DocumentStartEvent) and root is not None:
                hint = "take `resources:` for several in one file"
                raise at.error("a spec file has one document", hint)
            else:
                continue
            if not open_nodes:
                root = node
            else:
                self._put(open_nodes[-1][0], pending, node, at)
        return root

    def _events(self) -> Iterator[Any]:
        yield from YAML(typ="safe", pure=True).parse(self._text)

    def _collection(
        self, event: MappingStartEvent | SequenceStartEvent, at: Spot, depth: int
    ) -> Node:
        self._refuse_tag(event, at)
        is_map = isinstance(event, MappingStartEvent)
        node = Node(at, entries={} if is_map else None, items=None if is_map else [])
        self._count(node, at, depth)
        return node

    def _leaf(self, event: ScalarEvent | AliasEvent, at: Spot, depth: int) -> Node:
        if isinstance(event, AliasEvent):
            node = self._anchors.get(event.anchor)
            if node is None:
                raise at.error(f"the alias `*{event.anchor}` has no anchor before it")
        else:
            node = self._scalar(event, at)
            if event.anchor:
                self._anchors[event.anchor] = node
        self._count(node, at, depth)
        return node

    def _count(self, node: Node, at: Spot, depth: int) -> None:
        if depth + node.depth > MAX_DEPTH:
            raise at.error("this is nested too deeply for a spec")
        self._nodes += node.size
        if self._nodes > MAX_NODES:
            raise at.error("this file is too large with its aliases written out")

    @staticmethod
    def _put(parent: Node, pending: list[Node | None], node: Node, at: Spot) -> None:
        parent.size += node.size
        parent.depth = max(parent.depth, node.depth + 1)
        if parent.items is not None:
            parent.items.append(node)
            return
        key = pending[-1]
        if key is None:
            if node.text is None:
                raise node.at.error("a key is a word, not a list or a map")
            if node.text == "<<" and not node.quoted:
                raise at.error(
                    "merge keys are not taken",
                    "write the entries out, or take an alias for a value",
                )
            if parent.entries is not None and node.text in parent.entries:
                first = parent.keys[node.text]
                raise at.error(
                    f"`{node.text}` is there twice", f"the first one is in line {first.line}"
                )
            pending[-1] = node
            parent.keys[node.text] = at
        elif parent.entries is not None and key.text is not None:
            if not node.text and node.kind == "a text" and not node.quoted:
                # YAML finds a missing value where the next word begins.
                node.at = parent.keys[key.text]
            parent.entries[key.text] = node
            pending[-1] = None

    def _scalar(self, event: ScalarEvent, at: Spot) -> Node:
        self._refuse_tag(event, at)
        text: str = event.value
        start, end = event.start_mark, event.end_mark
        quoted = event.style is not None
        inside = 1 if event.style in ("'", '"') else 0
        # Only then is a character of the text a column of the file.
        exact = start.line == end.line and end.column - start.column == len(text) + 2 * inside
        spot = Spot(at.file, at.line, start.column + 1 + inside) if exact else at
        return Node(Spot(spot.file, spot.line, spot.column, exact), text=text, quoted=quoted)

    @staticmethod
    def _refuse_tag(event: ScalarEvent | CollectionStartEvent, at: Spot) -> None:
        if event.tag is not None:
            raise at.error(
                f"the tag `{event.tag}` cannot be in a spec", "leave it out: values keep their text"
            )
