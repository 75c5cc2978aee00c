"""The README says what is so: its two lines are there, and its transcripts are what comes out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.e2e.transcripts import BLOCK, COMMAND, README, play

TEXT = README.read_text()
TRANSCRIPTS = [(name, body) for _, name, body, _ in BLOCK.findall(TEXT)]


@pytest.mark.parametrize("mark", ["run", "test"])
def test_the_two_lines(mark: str) -> None:
    blocks = re.findall(rf"^<!-- {mark} -->\n```sh\n(.*?)\n```$", TEXT, re.DOTALL | re.MULTILINE)
    assert len(blocks) == 1
    assert "\n" not in blocks[0]


def test_there_are_transcripts() -> None:
    assert TRANSCRIPTS
    assert all(COMMAND.findall(body) for _, body in TRANSCRIPTS)


@pytest.mark.parametrize(("name", "body"), TRANSCRIPTS)
def test_a_transcript_is_what_comes_out(name: str, body: str, tmp_path: Path) -> None:
    assert without_revisions(play(name, body, tmp_path)) == without_revisions(body)


def without_revisions(text: str) -> str:
    """A revision's id is another each time."""
    return re.sub(r"\b[0-9a-f]{12}\b", "<revision>", text)
