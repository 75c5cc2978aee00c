"""``dataclass`` as the standard library has it, made in a fifth of the time.

That one compiles six methods for each class, and a command imports over a hundred: a tenth of its
time. Here ``__init__`` alone is compiled, for the first object; the others are the same functions
for every class. Only what is used here is offered; types, ``fields``, ``replace`` and ``asdict``
are the standard ones.
"""
# ruff: noqa: ANN001, ANN002, ANN003, ANN201, ANN202, ARG001, N807 - type checkers see the standard one

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = ["dataclass"]

if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    import dataclasses
    from functools import partial
    from operator import attrgetter

    _MISSING = dataclasses.MISSING

    def dataclass(cls=None, /, *, frozen=False, slots=False, eq=True):
        """The standard decorator, for these arguments and classes without a dataclass as base."""
        if cls is None:
            return partial(dataclass, frozen=frozen, slots=slots, eq=eq)
        made = dataclasses.dataclass(init=False, repr=False, eq=False)(cls)
        fields = dataclasses.fields(made)
        methods = {"__init__": _init_later(made, fields, frozen=frozen), "__repr__": _repr}
        if eq:
            # At least two names make a tuple.
            compared = [field.name for field in fields if field.compare]
            values = attrgetter("__class__", "__class__", *compared)
            methods |= _comparing(values, hashable=frozen)
        if frozen:
            methods |= {"__setattr__": _refuse_to_set, "__delattr__": _refuse_to_delete}
        methods = {name: method for name, method in methods.items() if name not in vars(cls)}
        if slots:
            return _slotted(made, fields, methods)
        for name, method in methods.items():
            setattr(made, name, method)
        return made

    def _init_later(cls, fields, *, frozen):
        """``__init__``, compiled for the first object: most commands have none of most classes."""

        def __init__(self, *args, **kwargs):
            owner = next(one for one in type(self).__mro__ if vars(one).get("__init__") is __init__)
            owner.__init__ = _init(cls, fields, frozen=frozen)
            owner.__init__(self, *args, **kwargs)

        return __init__

    def _init(cls, fields, *, frozen):
        """``__init__`` with the fields as parameters; a default is looked up in ``given``."""
        given = {"MISSING": _MISSING}
        parameters, body = [], []
        for field in fields:
            name = value = field.name
            if field.default_factory is not _MISSING:
                given[f"new_{name}"] = field.default_factory
                parameters.append(f"{name}=MISSING")
                value = f"new_{name}() if {name} is MISSING else {name}"
            elif field.default is not _MISSING:
                given[f"default_{name}"] = field.default
                parameters.append(f"{name}=default_{name}")
            else:
                parameters.append(name)
            body.append(f"set_(self, {name!r}, {value})" if frozen else f"self.{name} = {value}")
        if hasattr(cls, "__post_init__"):
            body.append("self.__post_init__()")
        head = f"def __init__({', '.join(['self', *parameters])}):"
        given["set_"] = object.__setattr__
        exec("\n ".join([head, *(body or ["pass"])]), given)
        return given["__init__"]

    def _slotted(cls, fields, methods):
        """The class once more: slots are there from the start or not at all."""
        names = tuple(field.name for field in fields)
        space = {key: value for key, value in vars(cls).items() if key not in names}
        space = {k: v for k, v in space.items() if k not in {"__dict__", "__weakref__"}}
        qualname = space.pop("__qualname__", cls.__qualname__)
        again = type(cls)(cls.__name__, cls.__bases__, space | {"__slots__": names} | methods)
        again.__qualname__ = qualname
        return again

    def _comparing(values, *, hashable):
        def __eq__(self, other):
            if other.__class__ is self.__class__:
                return values(self) == values(other)
            return NotImplemented

        def __hash__(self):
            return hash(values(self))

        return {"__eq__": __eq__, "__hash__": __hash__ if hashable else None}

    def _repr(self):
        values = (
            f"{field.name}={getattr(self, field.name)!r}" for field in dataclasses.fields(self)
        )
        return f"{type(self).__qualname__}({', '.join(values)})"

    def _refuse_to_set(self, name, value):
        raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")

    def _refuse_to_delete(self, name):
        raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")
