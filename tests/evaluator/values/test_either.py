"""`if C then A else B` of one period: what it gives holds each value that it may turn out to be, and no more where it need not."""

from __future__ import annotations

import datetime as dt
import math
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from evaluator.values.either import either
from evaluator.values.values import Day, Figure, May, Members, Single, Truth, Words, because

CAUSE = because("not known", "x")
TRUTHS = [Truth(May(n), CAUSE) for n in range(1, 8)]
DECIDED = {May.TRUE: True, May.FALSE: False, May.NM: None}


def decided(truth: Truth) -> list[May]:
    """The truths that one of several may turn out to be."""
    return [each for each in (May.FALSE, May.NM, May.TRUE) if truth.possible & each]


@st.composite
def figures(draw: st.DrawFn) -> Figure:
    """Exact, bounded, unknown, maybe or surely not meaningful."""
    low, high = sorted((draw(st.integers(-3, 3)), draw(st.integers(-3, 3))))
    ends = draw(st.sampled_from([(low, high), (low, low), (-math.inf, high), (low, math.inf), (-math.inf, math.inf)]))
    undefined = draw(st.integers(0, 3)) == 0
    nothing = undefined and draw(st.booleans())
    return (
        Figure.meaningless(CAUSE) if nothing else Figure(float(ends[0]), float(ends[1]), CAUSE, frozenset(), undefined)
    )


@given(st.sampled_from(TRUTHS), figures(), figures())
def test_a_figure_holds_each_that_it_may_be(question: Truth, yes: Figure, no: Figure) -> None:
    found = either(question, yes, no)
    assert isinstance(found, Figure)
    ways = [{May.TRUE: yes, May.FALSE: no}.get(each) for each in decided(question)]
    numbers = [way for way in ways if way is not None and not way.nm]
    nothing = any(way is None or way.undefined for way in ways)
    assert found.nm == (not numbers)
    assert found.undefined == nothing
    if numbers:
        assert (found.low, found.high) == (min(w.low for w in numbers), max(w.high for w in numbers))
    if question.unknown and found.low != found.high:
        assert not found.known, "of which value nothing is known"


@given(st.sampled_from(TRUTHS), st.sampled_from(TRUTHS), st.sampled_from(TRUTHS))
def test_a_truth_is_each_that_it_may_be(question: Truth, yes: Truth, no: Truth) -> None:
    found = either(question, yes, no)
    assert isinstance(found, Truth)
    every = May(0)
    for asked, one, other in product(decided(question), decided(yes), decided(no)):
        every |= {May.TRUE: one, May.FALSE: other, May.NM: May.NM}[asked]
    assert found.possible is every


def test_words_days_and_sets() -> None:
    open_, nothing = Truth.of(None, CAUSE), Truth(May.NM, CAUSE)
    a, b = Words(("a",)), Words(("b",))
    assert either(open_, a, b).possible == ("a", "b")  # type: ignore[union-attr]
    assert either(open_, a, a).known
    assert either(open_, a, Words(None)).possible is None  # type: ignore[union-attr]
    assert either(nothing, a, a).possible is None  # type: ignore[union-attr]
    day, later = Day(dt.date(2026, 1, 1)), Day(dt.date(2026, 1, 2))
    assert either(open_, day, day).known
    pairs: list[tuple[Single, Single]] = [(day, later), (Members(frozenset("a")), Members(frozenset("b")))]
    for one, other in pairs:
        assert not either(open_, one, other).known
        assert either(Truth.of(True), one, other) == one
        assert either(Truth.of(False), one, other) == other
        assert either(open_, one, other).causes == CAUSE


def test_facts_of_the_question_and_of_what_was_taken_alone() -> None:
    question = Truth.of(True, facts=frozenset({1}))
    found = either(question, Figure.exact(2.0, frozenset({2})), Figure.exact(3.0, frozenset({3})))
    assert set(found.facts) == {1, 2}
    assert set(either(Truth.of(None, CAUSE, frozenset({1})), found, Figure.exact(3.0, frozenset({3}))).facts) == {
        1,
        2,
        3,
    }
