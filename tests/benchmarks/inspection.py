"""``inspect`` on an app of 1,500 modules, and what files beside the app cost it."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from measure import PYTHON, Run, by_turns, run, verdict

from tests.e2e.apps import BY_NAME
from tests.e2e.project import Project

# The modules of one resource of the library, which the app is made of.
MODULES = (
    "models/book.py",
    "schemas/book.py",
    "repositories/book.py",
    "services/book.py",
    "api/routes/books.py",
)


def grow(project: Project, modules: int) -> int:
    """Add resources to the library until it has so many modules; how many it has in the end.

    Each is the library's book under another name, which uses the one before it.
    """
    app = project.root / "app"
    texts = {path: (app / path).read_text() for path in MODULES}
    words = ["book"]
    while len(list(app.rglob("*.py"))) < modules:
        before, number = words[-1], len(words)
        word = f"{chr(97 + number // 26)}{chr(97 + number % 26)}_book"
        words.append(word)
        for path, text in texts.items():
            file = app / path.replace("book", word)
            file.write_text(_renamed(text, word))
        service = app / f"services/{word}.py"
        uses = f"from app.services.{before} import {_class(before)}Service\n"
        text = service.read_text().replace("\n\nclass ", f"{uses}\n\nclass ", 1)
        service.write_text(f"{text}\n\nPREVIOUS = {_class(before)}Service\n")
    new = words[1:]
    models = app / "models/__init__.py"
    names = "".join(f'    "{_class(word)}",\n' for word in ("author", *words))
    lines = [f"from app.models.{word} import {_class(word)}\n" for word in ("author", *words)]
    models.write_text(f"{''.join(lines)}\n__all__ = [\n{names}]\n")
    router = app / "api/router.py"
    imports = "".join(f"from app.api.routes import {word}s\n" for word in new)
    includes = "".join(
        f'api_router.include_router({word}s.router, prefix="/{word}s", tags=["{word}s"])\n'
        for word in new
    )
    router.write_text(f"{imports}{router.read_text()}{includes}")
    return len(list(app.rglob("*.py")))


def _class(word: str) -> str:
    return word.title().replace("_", "")


def _renamed(text: str, word: str) -> str:
    return text.replace("book", word).replace("Book", _class(word))


def litter(project: Project, times: int) -> int:
    """Put files beside the app, none of which it imports, until there are so many times as many."""
    files = [path for path in (project.root / "app").rglob("*.py") if path.stat().st_size]
    for number in range(1, times):
        for path in files:
            copy = project.root / "scripts" / f"part{number}" / path.relative_to(project.root)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    return sum(1 for path in project.root.rglob("*.py"))


def main(rounds: int = 7) -> int:
    """Measure; 0 if the bars hold."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        large = Project.copy(BY_NAME["library"], folder / "large")
        modules = grow(large, 1500)
        memory: list[int] = []

        def inspect(project: Project) -> Run:
            done = run([PYTHON, "-m", "fastarch", "inspect", "--json"], project.root)
            memory.append(done.memory)
            return done

        ours, start = by_turns(
            lambda: inspect(large), lambda: run([PYTHON, "-c", ""], folder), rounds
        )
        print(
            f"inspect of {modules} modules {ours * 1000:.0f} ms, Python's start {start * 1000:.0f} ms"
        )
        holds = verdict("inspect above Python's start", (ours - start) * 1000, 600, unit=" ms")
        holds &= verdict("memory", max(memory) / 2**20, 150, unit=" MB")
        small = Project.copy(BY_NAME["library"], folder / "small")
        grow(small, 150)
        crowded = Project.copy(BY_NAME["library"], folder / "crowded")
        grow(crowded, 150)
        files = litter(crowded, 10)
        with_more, alone = by_turns(lambda: inspect(crowded), lambda: inspect(small), rounds)
        print(f"with {files} files {with_more * 1000:.0f} ms, with a tenth {alone * 1000:.0f} ms")
        holds &= verdict("ten times as many files : the app alone", with_more / alone, 2)
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
