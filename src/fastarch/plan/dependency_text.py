"""A parameter that FastAPI fills, in lines that fit, as formatters break them."""

from __future__ import annotations

from collections.abc import Sequence

from fastarch.records import dataclass


def annotated(
    name: str, kind: str, factory: str, items: Sequence[str], indent: str, width: int
) -> str:
    """``filters: Annotated[RowFilters, Depends(filters_of(User, "name"))]``, in lines that fit."""
    call = f"{factory}({', '.join(items)})"
    one = f"{name}: Annotated[{kind}, Depends({call})]"
    if len(indent) + len(one) + 1 <= width:
        return one
    deeper = indent + "    "
    if len(deeper) + len(f"{kind}, Depends({call})") <= width:
        return f"{name}: Annotated[\n{deeper}{kind}, Depends({call})\n{indent}]"
    depends = _call("Depends", _Call(factory, items), deeper, width)
    return f"{name}: Annotated[\n{deeper}{kind},\n{deeper}{depends},\n{indent}]"


def defaulted(
    name: str, kind: str, factory: str, items: Sequence[str], indent: str, width: int
) -> str:
    """``filters: RowFilters = Depends(filters_of(User, "name"))``, in lines that fit."""
    call = f"{factory}({', '.join(items)})"
    one = f"{name}: {kind} = Depends({call})"
    if len(indent) + len(one) + 1 <= width:
        return one
    return f"{name}: {kind} = {_call('Depends', _Call(factory, items), indent, width)}"


@dataclass(frozen=True, slots=True)
class _Call:
    name: str
    items: Sequence[str]


def _call(name: str, inner: _Call, indent: str, width: int) -> str:
    """A call of a call, as formatters break it, without what stands before it."""
    said = f"{inner.name}({', '.join(inner.items)})"
    if len(f"{indent}{name}({said}),") <= width:
        return f"{name}({said})"
    one = indent + "    "
    if len(f"{one}{said}") <= width:
        return f"{name}(\n{one}{said}\n{indent})"
    two = one + "    "
    listed = ", ".join(inner.items)
    if len(f"{two}{listed}") <= width:
        return f"{name}(\n{one}{inner.name}(\n{two}{listed}\n{one})\n{indent})"
    lines = "".join(f"{two}{item},\n" for item in inner.items)
    return f"{name}(\n{one}{inner.name}(\n{lines}{one})\n{indent})"
