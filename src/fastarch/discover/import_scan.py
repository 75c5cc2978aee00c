"""What a module imports, told from its text: parsing all of an app's modules would cost seconds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastarch.discover.modules import Module, absolute

if TYPE_CHECKING:
    from fastarch.discover.index import ModuleIndex

_IMPORT = re.compile("import")
_STATEMENT = re.compile(
    r"[ \t]*(?:from[ \t]+(\.*[\w.]*)[ \t]*import[ \t]*(\((?:[^)#]|#[^\n]*)*\)|[^\n#;]*)"
    r"|import[ \t]+([\w.][^\n#;]*))"
)
_DISCOVERS = ("iter_modules", "walk_packages", "import_module", "__import__")
_DOTTED = re.compile(r"""["'](\.?\w+(?:\.\w+)*)["']""")
_WALKED = re.compile(r"(\w+(?:\.\w+)*)\.__(?:path|file)__")


def imported(index: ModuleIndex, module: Module) -> dict[str, Module]:
    """The project's modules that a module imports anywhere in it, by name."""
    found: dict[str, Module] = {}

    def add(name: str) -> None:
        target = index.find(name)
        if target is not None:
            found.setdefault(target.name, target)

    text = module.text
    for match in _statements(text):
        base, names, plain = match.groups()
        if plain is not None:
            for part in plain.split(","):
                add(part.split(" as ")[0].strip())
            continue
        dots = len(base) - len(base.lstrip("."))
        start = absolute(module, dots, base.lstrip("."))
        add(start)
        for part in re.sub(r"#[^\n]*|[()\\]", " ", names).split(","):
            word = part.split(" as ")[0].strip()
            if word.isidentifier():
                add(f"{start}.{word}" if start else word)
    if any(word in text for word in _DISCOVERS):
        for target in discovered(index, module):
            found.setdefault(target.name, target)
    return found


def discovered(index: ModuleIndex, module: Module) -> list[Module]:
    """What a module that imports by name at run time may import."""
    text = module.text
    packages: list[Module] = []
    for match in _DOTTED.finditer(text):
        word = match.group(1)
        name = absolute(module, 1, word[1:]) if word.startswith(".") else word
        if "." in word and (target := index.find(name)):
            packages.append(target)
    for match in _WALKED.finditer(text):
        target_definition = index.resolve(module, match.group(1))
        if target_definition is not None and not target_definition.name:
            packages.append(target_definition.module)
    if re.search(r"(?<![\w.])__(?:path|file|name|package)__", text) and (
        own := index.find(module.package)
    ):
        packages.append(own)
    found: dict[str, Module] = {}
    for package in packages:
        found.setdefault(package.name, package)
        for child in index.submodules(package):
            found.setdefault(child.name, child)
    found.pop(module.name, None)
    return list(found.values())


def _statements(text: str) -> Iterator[re.Match[str]]:
    """Import statements by the look of their lines; the plain word is found much faster."""
    done = 0
    for word in _IMPORT.finditer(text):
        start = text.rfind("\n", 0, word.start()) + 1
        if start >= done and (match := _STATEMENT.match(text, start)):
            done = match.end()
            yield match
