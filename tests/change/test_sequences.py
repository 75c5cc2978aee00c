"""Any sequence of changes, removals and undos restores exact trees."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from fastarch.change.apply import apply, pending
from fastarch.change.draft import Draft
from fastarch.change.history import history, remember
from fastarch.change.state import load, records
from tests.change.conftest import Tree, tree
from tests.change.test_history import new_resource, remove, take_back

NAMES = st.sampled_from(["products", "users", "orders"])
PATHS = st.sampled_from(["main.py", "app/a.py", "app/deep/b.py", "c.txt", "app/products/models.py"])
CONTENTS = st.sampled_from([None, b"", b"a\n", b"a\r\nb", b"\xff\x00", b"app\r\nmine\n"])


class Project(RuleBasedStateMachine):
    """Keeps the tree before each command; an edit by hand makes earlier trees unreachable."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp(prefix="fastarch-test-"))
        (self.root / "app").mkdir()
        (self.root / "main.py").write_bytes(b"app\r\n")
        self.trees: list[Tree | None] = []
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(os, "fsync", lambda descriptor: None)

    def teardown(self) -> None:
        self.patch.undo()
        shutil.rmtree(self.root)

    @rule(name=NAMES)
    def new(self, name: str) -> None:
        draft = Draft(self.root)
        line = f"include({name})".encode()
        if load(draft, "resource", name) or line in (draft.read("main.py") or b""):
            return
        before = tree(self.root)
        new_resource(self.root, name)
        self.trees.append(before)

    @rule(name=NAMES)
    def remove(self, name: str) -> None:
        if load(Draft(self.root), "resource", name) is None:
            return
        before = tree(self.root)
        remove(self.root, name)
        self.trees.append(before)

    @rule(files=st.dictionaries(PATHS, CONTENTS, min_size=1))
    def change(self, files: dict[str, bytes | None]) -> None:
        draft = Draft(self.root)
        for path, content in files.items():
            draft.write(path, content)
        entry = remember(draft, "change")
        before = tree(self.root)
        apply(self.root, draft.changes(), folders=draft.discarded_folders)
        if entry is None:
            assert tree(self.root) == before
        else:
            self.trees.append(before)

    @rule(path=PATHS, content=CONTENTS.filter(lambda content: content is not None))
    def edit_by_hand(self, path: str, content: bytes) -> None:
        file = self.root / path
        if file.parent.is_dir():
            file.write_bytes(content)
            self.trees = [None for _ in self.trees]

    @precondition(lambda self: self.trees)
    @rule()
    def undo(self) -> None:
        undone = take_back(self.root)
        expected = self.trees.pop()
        if expected is not None:
            assert not undone.kept
            assert tree(self.root) == expected

    @invariant()
    def bookkeeping_is_whole(self) -> None:
        draft = Draft(self.root)
        entries = history(draft)
        assert [entry.number for entry in entries] == list(range(1, len(self.trees) + 1))
        assert len({record.folder for record in records(draft)}) == len(list(records(draft)))
        stored = {path.rpartition("/")[2] for path in draft.files(".fastarch/objects")}
        assert stored == {c.before for entry in entries for c in entry.changes if c.before}
        assert not pending(self.root)


Project.TestCase.settings = settings(max_examples=30, stateful_step_count=15, deadline=None)
TestSequences = Project.TestCase
