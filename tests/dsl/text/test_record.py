"""A record does what a frozen dataclass with slots does, and is shown in a line however much it holds."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, asdict, dataclass, field, fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsl.text.record import MAX_SHOWN, cut, record, shown


@record
class Point:
    """A place."""

    x: float
    y: float = 0.0


@record
class Named(Point):
    """A place with a name."""

    name: str = field(default="", compare=False)
    notes: list[str] = field(default_factory=list, hash=False)
    late: bool = field(default=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Like:
    """The model that a record is compared with."""

    x: float
    y: float = 0.0


@record
class Checks:
    """One that looks at its parts when it is made."""

    parts: tuple[object, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "parts", tuple(self.parts))

    def __repr__(self) -> str:
        return "Checks"


@given(st.floats(), st.floats(), st.floats(), st.floats())
def test_equal_and_hashed_as_a_dataclass(a: float, b: float, c: float, d: float) -> None:
    assert (Point(a, b) == Point(c, d)) == (Like(a, b) == Like(c, d))
    assert (hash(Point(a, b)) == hash(Point(c, d))) == (hash(Like(a, b)) == hash(Like(c, d)))


def test_made_read_and_replaced_as_a_dataclass() -> None:
    named = Named(1, name="a", late=True)
    assert (named.x, named.y, named.name, named.notes, named.late) == (1, 0.0, "a", [], True)
    assert [f.name for f in fields(named)] == ["x", "y", "name", "notes", "late"]
    assert replace(named, x=2) == Named(2, late=True)
    assert asdict(Point(1, 2)) == {"x": 1, "y": 2}
    match named:
        case Point(x, y):
            assert (x, y) == (1, 0.0)
    for wrong in ((), (1, 2, "a", [], True)):
        with pytest.raises(TypeError):
            Named(*wrong)  # type: ignore[arg-type]


def test_another_class_is_never_equal() -> None:
    assert Point(1) != Like(1)
    assert Point(1) != Named(1)
    assert Named(1, name="a") == Named(1, name="b")
    assert Named(1, notes=["a"]) != Named(1)
    assert hash(Named(1, notes=["a"])) == hash(Named(1))
    assert Named(1).notes is not Named(1).notes


@pytest.mark.parametrize("name", ["x", "unheard_of"])
def test_it_never_changes(name: str) -> None:
    point = Point(1)
    with pytest.raises(FrozenInstanceError):
        setattr(point, name, 2)
    with pytest.raises(FrozenInstanceError):
        delattr(point, name)
    assert not hasattr(point, "__dict__")


def test_pickled_and_copied() -> None:
    for made in (Point(1, 2), Named(1, 2, "a", ["b"], late=True), Checks((1, 2))):
        for other in (pickle.loads(pickle.dumps(made)), copy.copy(made), copy.deepcopy(made)):
            assert other == made
            assert type(other) is type(made)
    assert pickle.loads(pickle.dumps(Named(1, name="a", late=True))).name == "a"


def test_what_a_class_says_itself_is_kept() -> None:
    assert repr(Checks((1,))) == "Checks"
    assert Checks([1, 2]).parts == (1, 2)  # type: ignore[arg-type]


def test_shown_whole_where_it_is_short() -> None:
    assert repr(Named(1, 2, "a", ["b"])) == "Named(x=1, y=2, name='a', notes=['b'], late=False)"
    assert shown(((), (1,), {"a": 1}, {2}, None)) == "((), (1,), {'a': 1}, {2}, … 1 more)"


nested = st.recursive(
    st.text() | st.floats(),
    lambda inner: st.lists(inner, max_size=9) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner, max_size=9),
    max_leaves=60,
)


@given(nested, st.text(min_size=1000))
def test_shown_in_a_line(value: object, name: str) -> None:
    made = Named(1, 2, name, [value])  # type: ignore[list-item]
    for _ in range(20):
        made = Named(1, 2, name, [made, made])  # type: ignore[list-item]  # a million parts
    assert len(repr(made)) <= MAX_SHOWN
    assert "\n" not in repr(made)
    assert len(shown(value)) <= MAX_SHOWN
    assert cut("abc", 3) == "abc"
    assert cut("abcd", 3) == "ab…"
