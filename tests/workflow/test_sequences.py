"""Any sequence of commands and edits by hand leaves an app that works, and can be taken back.

A few runs in CI; ``FASTARCH_SEQUENCES=200`` for many.
"""

from __future__ import annotations

import json
import os
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.workflow.sequences import EDITS, WORDS, Fields, Project, spec_text

APPS = ("shop", "blog", "notes", "hello", "library")
NAMES = ("products", "tags", "reviews")
EXAMPLES = int(os.environ.get("FASTARCH_SEQUENCES", "6"))


@dataclass
class State:
    """What fastarch knows: by resource, the spec that was carried out."""

    carried_out: dict[str, str] = field(default_factory=dict)


FEATURES = (
    ("filtering",),
    ("sorting",),
    ("pagination", "--total"),
    ("pagination", "--by", "offset", "--body", "list"),
)


class Sequences(RuleBasedStateMachine):
    """Keeps the tree before each command; an edit by hand makes earlier trees unreachable."""

    project: Project

    def __init__(self) -> None:
        super().__init__()
        self.state = State()
        self.past: list[tuple[State, dict[str, bytes] | None]] = []
        # By resource, what its spec says by now.
        self.fields: dict[str, Fields] = {}
        self.timestamps: dict[str, bool | None] = {}
        # Files of these were edited, and may have been kept.
        self.edited: set[str] = set()

    @initialize(app=st.sampled_from(APPS))
    def begin(self, app: str) -> None:
        self.project = Project.copy(app)

    def teardown(self) -> None:
        if not hasattr(self, "project"):
            return
        try:
            made = [self.record(name)["paths"]["test"] for name in self.state.carried_out]
            self.project.require_serving(*made)
        finally:
            self.project.close()

    def record(self, name: str) -> dict[str, Any]:
        path = self.project.root / f".fastarch/resources/{name}/record.json"
        found: dict[str, Any] = json.loads(path.read_text())
        return found

    def spec(self, name: str) -> str:
        return spec_text(name, self.fields[name], timestamps=self.timestamps[name])

    def command(self, *words: str, codes: tuple[int, ...] = (0,)) -> int:
        before, known = self.project.tree(), deepcopy(self.state)
        code = self.project.run(*words, codes=codes)
        after = self.project.tree()
        if code:
            assert after == before, "it was refused, and yet something was written"
        elif after != before:
            self.past.append((known, before))
        return code

    def by_hand(self) -> None:
        self.past = [(state, None) for state, _ in self.past]

    def others(self, name: str) -> list[str]:
        return [other for other in self.state.carried_out if other != name]

    @rule(name=st.sampled_from(NAMES), data=st.data())
    def new(self, name: str, data: st.DataObject) -> None:
        if name in self.state.carried_out:
            return
        keys = data.draw(
            st.lists(st.sampled_from(sorted(WORDS)), min_size=1, max_size=4, unique=True)
        )
        fields = {key: data.draw(st.sampled_from(WORDS[key])) for key in keys}
        if others := self.others(name):
            kind = data.draw(
                st.sampled_from(
                    ["", "ref={}:null", "ref={}:on=cascade:null:back=" + name, "m2m={}"]
                )
            )
            if kind:
                fields["other"] = kind.format(data.draw(st.sampled_from(others)))
        words = [f"{key}:{value}" for key, value in fields.items()]
        codes = (0, 3, 4) if name in self.edited else (0,)
        if not self.command("new", "resource", name, *words, codes=codes):
            self.fields[name], self.timestamps[name] = fields, None
            spec = self.project.root / f".fastarch/resources/{name}/spec.yaml"
            self.state.carried_out[name] = spec.read_text()

    @precondition(lambda self: self.state.carried_out)
    @rule(data=st.data())
    def edit_spec(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.state.carried_out)))
        fields = self.fields[name]
        way = data.draw(st.sampled_from(["put", "drop", "rename", "relate", "timestamps"]))
        if way == "put":
            key = data.draw(st.sampled_from(sorted(WORDS)))
            fields[key] = data.draw(st.sampled_from(WORDS[key]))
        elif way == "drop" and len(fields) > 1:
            del fields[data.draw(st.sampled_from(sorted(fields)))]
        elif way == "rename" and "title" not in fields and "name" in fields:
            self.fields[name] = {
                ("title" if key == "name" else key): f"{value}:was=name" if key == "name" else value
                for key, value in fields.items()
            }
        elif way == "relate" and (others := self.others(name)):
            kind = data.draw(
                st.sampled_from(["ref={}:null", "ref={}:on=cascade:null:back=" + name, "m2m={}"])
            )
            fields["other"] = kind.format(data.draw(st.sampled_from(others)))
        elif way == "timestamps":
            self.timestamps[name] = data.draw(st.booleans())
        spec = self.project.root / f".fastarch/resources/{name}/spec.yaml"
        spec.write_text(self.spec(name))
        self.by_hand()

    @precondition(lambda self: self.state.carried_out)
    @rule()
    def sync(self) -> None:
        self.command("sync", "--allow-data-loss")
        for name in self.state.carried_out:
            spec = self.project.root / f".fastarch/resources/{name}/spec.yaml"
            self.state.carried_out[name] = spec.read_text()
        before = self.project.tree()
        self.project.run("sync")
        assert self.project.tree() == before, "a second sync has changed something"

    @precondition(lambda self: self.state.carried_out)
    @rule(data=st.data(), edit=st.sampled_from(sorted(EDITS)))
    def edit_code(self, data: st.DataObject, edit: str) -> None:
        name = data.draw(st.sampled_from(sorted(self.state.carried_out)))
        role = data.draw(
            st.sampled_from(["model", "schema", "repository", "service", "router", "test"])
        )
        path = self.project.root / self.record(name)["paths"][role]
        if path.exists():
            path.write_bytes(EDITS[edit](path.read_bytes().decode()).encode())
            self.edited |= set(NAMES)
            self.by_hand()

    @precondition(lambda self: self.state.carried_out)
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.state.carried_out)))
        referring = any(
            f"={name}" in text for other, text in self.state.carried_out.items() if other != name
        )
        code = self.command("remove", "resource", name, codes=(4,) if referring else (0,))
        if not code:
            del self.state.carried_out[name]

    @precondition(lambda self: self.past)
    @rule()
    def undo(self) -> None:
        self.project.run("undo")
        self.state, expected = self.past.pop()
        if expected is not None:
            assert self.project.tree() == expected

    @precondition(lambda self: self.state.carried_out)
    @rule(data=st.data(), words=st.sampled_from(FEATURES))
    def add(self, data: st.DataObject, words: tuple[str, ...]) -> None:
        name = data.draw(st.sampled_from(sorted(self.state.carried_out)))
        feature, *options = words
        # Out of step with its spec, edited where the new code goes: nothing is written.
        self.command("add", feature, name, *options, codes=(0, 4))

    @precondition(lambda self: self.state.carried_out)
    @rule(template=st.sampled_from(["router", "router:create", "service"]))
    def eject(self, template: str) -> None:
        self.command("eject", template, codes=(0, 4))

    @invariant()
    def all_is_sound(self) -> None:
        if not hasattr(self, "project"):
            return
        self.project.require_sound()
        texts = {
            name: (self.project.root / f".fastarch/resources/{name}/spec.yaml").read_text()
            for name in self.state.carried_out
        }
        self.project.run("check", codes=(0,) if texts == self.state.carried_out else (0, 5))


Sequences.TestCase.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=12,
    deadline=None,
    # To shrink runs of commands takes longer than to read one.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
TestSequences = Sequences.TestCase
