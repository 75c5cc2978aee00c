"""The README's transcripts: ``python -m tests.e2e.transcripts`` writes them anew from real output."""

from __future__ import annotations

import re
import shlex
import tempfile
from pathlib import Path

from tests.e2e.apps import BY_NAME, ROOT
from tests.e2e.project import PYTHON, Project

README = ROOT / "README.md"
BLOCK = re.compile(r"(<!-- transcript: (\w+) -->\n```console\n)(.*?)(```)", re.DOTALL)
# A command, continued by backslashes, and what it says until the next one.
COMMAND = re.compile(r"^\$ ((?:.*\\\n)*.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)


def play(name: str, text: str, folder: Path) -> str:
    """Type the commands of a transcript in a copy of the example; the transcript as it should be."""
    project = Project.copy(BY_NAME[name], folder)
    played = []
    for command, _ in COMMAND.findall(text):
        words = shlex.split(command.replace("\\\n", " "))
        ours = [PYTHON, "-m"] if words[0] == "fastarch" else []
        done = project.run(*ours, *words, check=False)
        said = "\n".join(line.rstrip() for line in (done.stdout + done.stderr).splitlines())
        played.append("".join(f"{line}\n" for line in (f"$ {command}", said.strip("\n")) if line))
    return "".join(played)


def main() -> None:
    """Rewrite the README."""
    text = README.read_text()
    for head, name, body, tail in BLOCK.findall(text):
        with tempfile.TemporaryDirectory() as folder:
            text = text.replace(head + body + tail, head + play(name, body, Path(folder)) + tail, 1)
    README.write_text(text)


if __name__ == "__main__":
    main()
