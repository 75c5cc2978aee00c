"""The README says what is so: its two lines are there, and its transcripts are what comes out."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.e2e.apps import BY_NAME, ROOT
from tests.e2e.project import PYTHON, Project

README = (ROOT / "README.md").read_text()
# A command, continued by backslashes, and what it says until the next one.
COMMAND = re.compile(r"^\$ ((?:.*\\\n)*.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
TRANSCRIPTS = re.findall(r"<!-- transcript: (\w+) -->\n```console\n(.*?)```", README, re.DOTALL)


@pytest.mark.parametrize("mark", ["run", "test"])
def test_the_two_lines(mark: str) -> None:
    blocks = re.findall(rf"^<!-- {mark} -->\n```sh\n(.*?)\n```$", README, re.DOTALL | re.MULTILINE)
    assert len(blocks) == 1
    assert "\n" not in blocks[0]


def test_there_is_a_transcript() -> None:
    assert TRANSCRIPTS


@pytest.mark.parametrize(("name", "text"), TRANSCRIPTS)
def test_a_transcript_is_what_comes_out(name: str, text: str, tmp_path: Path) -> None:
    project = Project.copy(BY_NAME[name], tmp_path)
    for command, said in COMMAND.findall(text):
        words = shlex.split(command.replace("\\\n", " "))
        assert words[0] == "fastarch"
        done = project.run(PYTHON, "-m", "fastarch", *words[1:], check=False)
        assert comparable(done.stdout + done.stderr) == comparable(said), command


def comparable(text: str) -> list[str]:
    """What does not differ between two runs: revision ids and the width of blanks do."""
    text = re.sub(r"\b[0-9a-f]{12}\b", "<revision>", text)
    return [line.rstrip() for line in text.strip().splitlines()]
