"""The fast ``dataclass`` does what the standard one does."""

import dataclasses
from dataclasses import FrozenInstanceError, asdict, field, fields, replace

import pytest

from fastarch import records

WAYS = [
    {"frozen": True, "slots": True},
    {"frozen": True, "slots": True, "eq": False},
    {"slots": True},
    {"slots": True, "eq": False},
    {},
]


def pair(way, made):
    """The same class by both decorators."""
    return [decorate(**way)(made()) for decorate in (dataclasses.dataclass, records.dataclass)]


def point():
    class Point:
        """A point."""

        x: int
        y: int = 2
        tags: list[str] = field(default_factory=list)
        note: str = field(default="", compare=False)

        @property
        def double(self) -> int:
            return self.x * 2

    return Point


def single():
    class Single:
        """One value."""

        value: object = None

    return Single


def empty():
    class Empty:
        """Nothing."""

    return Empty


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_values(way):
    standard, ours = pair(way, point)
    for kind in (standard, ours):
        one, two = kind(1), kind(1, note="other")
        assert (one == two) is way.get("eq", True)
        assert one != kind(1, 3)
        assert one.tags == [] and one.tags is not two.tags
        assert one.double == 2
        assert asdict(replace(one, y=5)) == {"x": 1, "y": 5, "tags": [], "note": ""}
        with pytest.raises(TypeError):
            kind()
        with pytest.raises(TypeError):
            kind(1, z=1)
    assert repr(standard(1)) == repr(ours(1))
    assert standard.__match_args__ == ours.__match_args__
    assert [f.name for f in fields(standard)] == [f.name for f in fields(ours)]
    for name in ("__qualname__", "__module__", "__doc__"):
        assert getattr(standard, name) == getattr(ours, name)


@pytest.mark.parametrize("made", [single, empty])
@pytest.mark.parametrize("way", WAYS, ids=str)
def test_hash_and_equality(way, made):
    for kind in pair(way, made):
        if way.get("eq", True) and not way.get("frozen"):
            with pytest.raises(TypeError):
                hash(kind())
        else:
            assert (hash(kind()) == hash(kind())) or not way.get("eq", True)
        assert (kind() == kind()) is way.get("eq", True)
        assert kind() != object()


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_freezing_and_slots(way):
    for kind in pair(way, point):
        one = kind(1)
        assert hasattr(one, "__dict__") is not way.get("slots", False)
        if way.get("frozen"):
            with pytest.raises(FrozenInstanceError):
                one.x = 2
            with pytest.raises(FrozenInstanceError):
                del one.x
            with pytest.raises(FrozenInstanceError):
                one.note = "other"
        else:
            one.x = 2
            assert one.x == 2


def test_kinds_differ():
    one, other = records.dataclass(single()), records.dataclass(single())
    assert one(1) != other(1)


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_the_first_object_is_made_like_the_others(way):
    kind = records.dataclass(**way)(point())

    class Child(kind):
        __slots__ = ()

    with pytest.raises(TypeError, match="missing 1 required positional argument: 'x'"):
        Child()
    assert "__init__" not in vars(Child)
    assert (Child(1).x, kind(2).x, kind(x=3, y=4).y) == (1, 2, 4)
    assert kind.__init__.__code__.co_varnames[:3] == ("self", "x", "y")
