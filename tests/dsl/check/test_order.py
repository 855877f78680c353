"""The order of names, compared with brute force on every small graph that hypothesis thinks of."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from dsl.check.order import order

NAMES = "abcdef"
graphs = st.dictionaries(st.sampled_from(NAMES), st.lists(st.sampled_from(NAMES + "x"), max_size=4), max_size=6)


def reaches(needs: dict[str, list[str]], start: str, goal: str) -> bool:
    """Whether `goal` is needed by `start`, over one step or more."""
    seen: set[str] = set()
    todo = list(needs.get(start, ()))
    while todo:
        name = todo.pop()
        if name == goal:
            return True
        if name in needs and name not in seen:
            seen.add(name)
            todo += needs[name]
    return False


@given(graphs)
def test_order(needs: dict[str, list[str]]) -> None:
    placed, circles = order(needs)
    assert sorted(placed) == sorted(needs)
    knotted = {name for name in needs if reaches(needs, name, name)}
    for name in needs:
        for needed in needs[name]:
            if needed in needs and not (name in knotted and reaches(needs, needed, name)):
                assert placed.index(needed) < placed.index(name)
    for circle in circles:
        assert circle[0] == circle[-1]
        assert len(set(circle)) == len(circle) - 1
        assert all(after in needs[before] for before, after in pairwise(circle))
    shown = {name for circle in circles for name in circle}
    assert bool(circles) == bool(knotted)
    for name in knotted:  # each knot shows a circle
        assert any(other == name or (reaches(needs, name, other) and reaches(needs, other, name)) for other in shown)


def test_order_is_that_of_the_text() -> None:
    assert order({"b": [], "a": ["c"], "c": []}) == (["b", "c", "a"], [])
    assert order({"a": ["b"], "b": ["a"]}) == (["b", "a"], [("a", "b", "a")])
