"""Modules made of parts, and edits of them; whatever a side adds has a name of its own."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field

from hypothesis import strategies as st


@dataclass
class Call:
    """``name: kind = callee(args)``; the annotation may be missing."""

    name: str
    callee: str
    args: list[str]
    kind: str = ""
    comments: list[str] = field(default_factory=list)
    end: str = ""

    def text(self, indent: str = "") -> str:
        lead = "".join(f"{indent}# {one}\n" for one in self.comments)
        kind = f": {self.kind}" if self.kind else ""
        end = f"  # {self.end}" if self.end else ""
        return f"{lead}{indent}{self.name}{kind} = {self.callee}({', '.join(self.args)}){end}\n"


@dataclass
class Function:
    """A function or a method."""

    name: str
    params: list[str]
    body: list[str]
    decorators: list[str] = field(default_factory=list)
    doc: str = "Does it."
    comments: list[str] = field(default_factory=list)

    def text(self, indent: str = "") -> str:
        deep = indent + "    "
        lines = [f"{indent}# {one}" for one in self.comments]
        lines += [f"{indent}@{one}" for one in self.decorators]
        lines += [f"{indent}def {self.name}({', '.join(self.params)}):", f'{deep}"""{self.doc}"""']
        lines += [f"{deep}{one}" for line in self.body for one in line.split("\n")]
        return "\n".join(lines) + "\n"


@dataclass
class Class:
    """A class with fields and methods."""

    name: str
    bases: list[str]
    fields: list[Call]
    methods: list[Function]
    doc: str = "A thing."
    comments: list[str] = field(default_factory=list)

    def text(self) -> str:
        lead = "".join(f"# {one}\n" for one in self.comments)
        head = f"{lead}class {self.name}({', '.join(self.bases)}):\n" + f'    """{self.doc}"""\n\n'
        parts = ["".join(one.text("    ") for one in self.fields)]
        parts += [one.text("    ") for one in self.methods]
        return head + "\n".join(part for part in parts if part)


Part = Call | Function | Class


@dataclass
class Module:
    """Imports by module, then parts."""

    imports: dict[str, list[str]]
    parts: list[Part]

    def text(self) -> str:
        lines = [
            f"from {key} import {', '.join(names)}\n"
            for key, names in self.imports.items()
            if names
        ]
        out = '"""Doc."""\n\n' + "".join(lines)
        for before, one in zip([None, *self.parts], self.parts, strict=False):
            close = isinstance(one, Call) and isinstance(before, Call | None)
            out += ("" if close and before else "\n" if close else "\n\n") + one.text()
        return out


def base_module() -> Module:
    """Code as a generator would write it."""
    return Module(
        {"orm": ["Base", "column", "String"], "tools": ["make", "trace", "helper"]},
        [
            Call("LIMIT", "make", ["1", "low=2"]),
            Call("TABLE", "make", ['"b1"', '"b2"', "flag=True"]),
            Class(
                "Thing",
                ["Base"],
                [
                    Call("one", "column", ["String(10)", "index=True"], "str"),
                    Call("two", "column", ["String(20)"], "str"),
                    Call("three", "column", ["default=3", "unique=True"], "int"),
                ],
                [
                    Function(
                        "label", ["self"], ["value = self.one", "return make(value, self.two)"]
                    ),
                    Function(
                        "close", ["self", "hard=False"], ["helper(self, hard)", "return None"]
                    ),
                ],
            ),
            Function(
                "find",
                ["session", "limit"],
                [
                    "query = session.query(Thing)",
                    "for key in limit:\n    query = query.filter(key)",
                    "if limit:\n    query = query.limit(LIMIT)",
                    "return query.all()",
                ],
                ["trace"],
            ),
            Function(
                "store",
                ["session", "data"],
                ["thing = make(data)", "session.add(thing)", "return thing"],
            ),
            Class("Other", ["Base"], [Call("four", "column", ["String(40)"], "str")], []),
        ],
    )


Edit = Callable[[Module, st.DataObject, str], None]


def _any(draw: st.DataObject, found: list) -> object:
    return draw.draw(st.sampled_from(found)) if found else None


def _functions(module: Module) -> list[Function]:
    inner = [m for one in module.parts if isinstance(one, Class) for m in one.methods]
    return [*inner, *(one for one in module.parts if isinstance(one, Function))]


def _calls(module: Module) -> list[Call]:
    inner = [f for one in module.parts if isinstance(one, Class) for f in one.fields]
    return [*inner, *(one for one in module.parts if isinstance(one, Call))]


def _classes(module: Module) -> list[Class]:
    return [one for one in module.parts if isinstance(one, Class)]


def _insert(draw: st.DataObject, found: list, new: object, start: int = 0) -> None:
    found.insert(draw.draw(st.integers(min(start, len(found)), len(found))), new)


def _remove(draw: st.DataObject, found: list) -> None:
    if found:
        found.pop(draw.draw(st.integers(0, len(found) - 1)))


def add_argument(module: Module, draw: st.DataObject, word: str) -> None:
    if one := _any(draw, _calls(module)):
        value = repr(word + "v")
        one.args.append(f"{word}={draw.draw(st.sampled_from([value, f'make({value})']))}")


def change_argument(module: Module, draw: st.DataObject, word: str) -> None:
    if (one := _any(draw, _calls(module))) and one.args:
        place = draw.draw(st.integers(0, len(one.args) - 1))
        key, equals, _ = one.args[place].rpartition("=")
        one.args[place] = f"{key}{equals}{word!r}"


def remove_argument(module: Module, draw: st.DataObject, word: str) -> None:
    if one := _any(draw, _calls(module)):
        _remove(draw, one.args)


def add_field(module: Module, draw: st.DataObject, word: str) -> None:
    if one := _any(draw, _classes(module)):
        _insert(draw, one.fields, Call(word, "column", [f"{word}=1"], "str"))


def remove_field(module: Module, draw: st.DataObject, word: str) -> None:
    if one := _any(draw, _classes(module)):
        _remove(draw, one.fields)


def add_method(module: Module, draw: st.DataObject, word: str) -> None:
    if one := _any(draw, _classes(module)):
        _insert(draw, one.methods, Function(word, ["self"], [f"return {word!r}"]))


def remove_method(module: Module, draw: st.DataObject, word: str) -> None:
    if one := _any(draw, _classes(module)):
        _remove(draw, one.methods)


def add_base(module: Module, draw: st.DataObject, word: str) -> None:
    if one := _any(draw, _classes(module)):
        module.imports.setdefault(word, []).append(word.upper())
        one.bases.insert(0, word.upper())


def add_function(module: Module, draw: st.DataObject, word: str) -> None:
    _insert(draw, module.parts, Function(word, [word + "p"], [f"return {word}p"]), 2)


def remove_part(module: Module, draw: st.DataObject, word: str) -> None:
    _remove(draw, module.parts)


def add_statement(module: Module, draw: st.DataObject, word: str) -> None:
    if one := _any(draw, _functions(module)):
        text = draw.draw(
            st.sampled_from(
                [f"{word} = 1", f"print({word!r})", f"if {word!r}:\n    raise ValueError"]
            )
        )
        one.body.insert(draw.draw(st.integers(0, max(len(one.body) - 1, 0))), text)


def change_statement(module: Module, draw: st.DataObject, word: str) -> None:
    if (one := _any(draw, _functions(module))) and one.body:
        place = draw.draw(st.integers(0, len(one.body) - 1))
        one.body[place] = one.body[place].replace("(", f"({word!r}, ", 1)


def remove_statement(module: Module, draw: st.DataObject, word: str) -> None:
    if (one := _any(draw, _functions(module))) and len(one.body) > 1:
        _remove(draw, one.body)


def wrap_body(module: Module, draw: st.DataObject, word: str) -> None:
    if one := _any(draw, _functions(module)):
        inner = "\n".join(f"    {line}" for part in one.body for line in part.split("\n"))
        one.body = [f"with make({word!r}):\n{inner}"]


def add_decorator(module: Module, draw: st.DataObject, word: str) -> None:
    if one := _any(draw, _functions(module)):
        _insert(draw, one.decorators, f"make({word!r})")


def add_parameter(module: Module, draw: st.DataObject, word: str) -> None:
    if one := _any(draw, _functions(module)):
        one.params.append(f"{word}=None")


def change_doc(module: Module, draw: st.DataObject, word: str) -> None:
    if one := _any(draw, [*_functions(module), *_classes(module)]):
        one.doc = f"{one.doc} {word}."


def add_import(module: Module, draw: st.DataObject, word: str) -> None:
    where = draw.draw(st.sampled_from([*module.imports, word]))
    module.imports.setdefault(where, []).append(word)
    module.parts.append(Call(word + "c", word, ["1"]))


def reorder(module: Module, draw: st.DataObject, word: str) -> None:
    tail = module.parts[2:]
    module.parts[2:] = draw.draw(st.permutations(tail))


def comment(module: Module, draw: st.DataObject, word: str) -> None:
    found = [*_functions(module), *_classes(module), *_calls(module)]
    if one := _any(draw, found):
        one.comments.append(f"note {word}")


def comment_at_end(module: Module, draw: st.DataObject, word: str) -> None:
    if one := _any(draw, _calls(module)):
        one.end = f"note {word}"


GENERATED: tuple[Edit, ...] = (
    add_argument, change_argument, remove_argument, add_field, remove_field, add_method,
    remove_method, add_base, add_function, remove_part, add_statement, change_statement,
    remove_statement, add_decorator, add_parameter, change_doc, add_import,
)  # fmt: skip
BY_HAND: tuple[Edit, ...] = (*GENERATED, reorder, comment, comment_at_end, wrap_body)


def edited(
    module: Module, edits: tuple[Edit, ...], draw: st.DataObject, side: str, most: int
) -> Module:
    """A copy with some edits; what they add begins with the name of the side."""
    changed = copy.deepcopy(module)
    for number in range(draw.draw(st.integers(1, most))):
        draw.draw(st.sampled_from(edits))(changed, draw, f"{side}{number}")
    return changed
