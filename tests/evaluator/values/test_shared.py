"""Sets that hold other sets are sets; points that are worked out when they are asked for are points."""

from __future__ import annotations

import pickle

from hypothesis import given
from hypothesis import strategies as st

from evaluator.values.points import DEEPEST, Points
from evaluator.values.shared import SMALL, Shared, union
from evaluator.values.values import Figure

_plain = st.frozensets(st.integers(0, 300), max_size=SMALL * 2)


@given(st.lists(_plain, max_size=5), _plain)
def test_a_union_is_the_set_that_it_stands_for(parts: list[frozenset[int]], other: frozenset[int]) -> None:
    expected = frozenset[int]().union(*parts)
    found = union(parts)
    assert found == expected
    assert expected == found
    assert (len(found), bool(found), sorted(found)) == (len(expected), bool(expected), sorted(expected))
    assert hash(found) == hash(expected)
    for both in ((found, expected), (union([found, other]), expected | other)):
        assert both[0] | other == both[1] | other == other | both[0]
        assert both[0] & other == both[1] & other == other & both[0]
        assert (both[0] - other, other - both[0]) == (both[1] - other, other - both[1])
        assert (both[0] <= other, other <= both[0]) == (both[1] <= other, other <= both[1])
    assert all((n in found) == (n in expected) for n in range(300))
    assert pickle.loads(pickle.dumps(found)) == expected


def test_gathering_in_a_set_goes_on_in_that_set() -> None:
    found = {1}
    found |= Shared((frozenset({2}), frozenset({3})))
    assert type(found) is set
    assert found == {1, 2, 3}


def test_a_chain_of_any_length_shares_what_is_in_it() -> None:
    found = union([frozenset({0})])
    for n in range(1, 20_000):
        found = union([found, frozenset({n})])
    assert isinstance(found, Shared)
    assert len(found) == 20_000


def test_a_point_is_worked_out_once_and_only_when_it_is_asked_for() -> None:
    asked: list[int] = []

    def give(ordinal: int) -> Figure:
        asked.append(ordinal)
        return Figure.exact(float(ordinal))

    points = Points(range(5), give)
    assert (points[3], points[3], points.get(7), 2 in points, len(points)) == (Figure.exact(3.0),) * 2 + (None, True, 5)
    assert asked == [3]
    assert points == {n: Figure.exact(float(n)) for n in range(5)}


def test_points_that_rest_on_points_need_no_deep_stack() -> None:
    below = Points(range(3), lambda o: Figure.exact(float(o)))
    for _ in range(DEEPEST * 50):
        below = Points(range(3), below.__getitem__, below)
    assert below[2] == Figure.exact(2.0)
