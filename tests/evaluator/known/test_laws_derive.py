"""Derived figures: of any known intervals of one flow, what follows from them is found, exactly, and nothing else is."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from evaluator.known.derive import MAX_TERMS, Interval, Ledger
from evaluator.values.values import Figure, because

QUARTERS = 9
flows = st.lists(st.integers(-50, 200), min_size=QUARTERS, max_size=QUARTERS)
spans = st.tuples(st.integers(0, QUARTERS - 1), st.integers(1, 4)).filter(lambda s: s[0] + s[1] <= QUARTERS)


def interval(flow: list[int], start: int, length: int, fact: int, off: float = 0.0) -> Interval:
    value = float(sum(flow[start : start + length])) + off
    return Interval(start * 3, (start + length) * 3, Figure.exact(value, frozenset({fact})), f"{start}+{length}")


def follows(known: list[tuple[int, int]], target: tuple[int, int]) -> bool:
    """Whether the target's row is a combination of the known rows: plain elimination over fractions."""
    rows = [[Fraction(start <= q < start + length) for q in range(QUARTERS)] for start, length in known]
    wanted = [Fraction(target[0] <= q < sum(target)) for q in range(QUARTERS)]
    for column in range(QUARTERS):
        pivot = next((r for r in rows if r[column] != 0), None)
        if pivot is None:
            continue
        rows = [r for r in rows if r is not pivot]
        rows = [[a - b * r[column] / pivot[column] for a, b in zip(r, pivot, strict=True)] for r in rows]
        wanted = [a - b * wanted[column] / pivot[column] for a, b in zip(wanted, pivot, strict=True)]
    return not any(wanted)


@given(flows, st.lists(spans, max_size=8), spans)
def test_what_follows_is_found_and_nothing_else(
    flow: list[int], known: list[tuple[int, int]], target: tuple[int, int]
) -> None:
    ledger = Ledger([interval(flow, *span, n) for n, span in enumerate(known)])
    found = ledger.derive(target[0] * 3, sum(target) * 3)
    if found is None:
        assert not follows(known, target) or len(set(known)) > MAX_TERMS
    else:
        assert follows(known, target)
        assert found.figure.is_exact
        assert found.figure.low == sum(flow[target[0] : sum(target)])
        assert found.figure.facts == frozenset().union(*(s.figure.facts for _, s in found.terms))
        assert sum(sign * term.figure.low for sign, term in found.terms) == found.figure.low
        assert found.terms[0][0] == 1


@given(flows, st.lists(spans, min_size=3, max_size=12, unique=True), st.data(), spans)
def test_the_order_of_what_is_known_changes_nothing(
    flow: list[int], known: list[tuple[int, int]], data: st.DataObject, target: tuple[int, int]
) -> None:
    shuffled = data.draw(st.permutations(known))
    ledgers = [Ledger([interval(flow, *span, 10 * span[0] + span[1]) for span in order]) for order in (known, shuffled)]
    one, other = (ledger.derive(target[0] * 3, sum(target) * 3) for ledger in ledgers)
    assert one == other


@given(flows, st.lists(spans, max_size=10, unique=True))
def test_what_agrees_is_never_a_conflict(flow: list[int], known: list[tuple[int, int]]) -> None:
    ledger = Ledger([interval(flow, *span, n) for n, span in enumerate(known)])
    assert list(ledger.conflicts()) == []


@given(flows, st.lists(spans, min_size=1, max_size=7, unique=True), st.data())
def test_one_wrong_figure_is_a_conflict_where_it_can_be_had_in_two_ways(
    flow: list[int], known: list[tuple[int, int]], data: st.DataObject
) -> None:
    wrong = data.draw(st.sampled_from(known))
    others = [span for span in known if span != wrong]
    intervals = [interval(flow, *span, n, 7.0 if span == wrong else 0.0) for n, span in enumerate(known)]
    conflicts = list(Ledger(intervals).conflicts())
    if Ledger([s for s in intervals if s.label != f"{wrong[0]}+{wrong[1]}"]).derive(wrong[0] * 3, sum(wrong) * 3):
        assert conflicts
        assert follows(others, wrong)
    for conflict in conflicts:
        assert abs(abs(conflict.given.figure.low - conflict.other.figure.low) - 7) < 1e-6


def test_the_year_less_nine_months() -> None:
    flow = [10, 20, 30, 40, 50, 60, 70, 80, 90]
    year, nine = interval(flow, 0, 4, 1), interval(flow, 0, 3, 2)
    found = Ledger([nine, year]).derive(9, 12)
    assert found is not None
    assert (found.figure.low, found.formula, found.figure.facts) == (40.0, "0+4 − 0+3", {1, 2})
    trailing = Ledger([year, interval(flow, 4, 2, 3), interval(flow, 0, 2, 4)]).derive(6, 18)
    assert trailing is not None
    assert (trailing.figure.low, trailing.formula) == (180.0, "0+4 + 4+2 − 0+2")


def test_rounding_is_no_conflict_and_a_bounded_figure_widens_what_is_made_of_it() -> None:
    year = Interval(0, 12, Figure.exact(100.0), "FY", 0.5)
    nine = Interval(0, 9, Figure.exact(74.96), "9M", 0.005)
    quarter = Interval(9, 12, Figure.exact(25.5), "Q4", 0.05)
    assert list(Ledger([year, nine, quarter]).conflicts()) == []
    exact = [Interval(s.start, s.end, s.figure, s.label) for s in (year, nine, quarter)]
    (conflict,) = Ledger(exact).conflicts()
    assert (conflict.given.label, conflict.other.formula) == ("FY", "9M + Q4")
    about = Interval(0, 12, Figure(90.0, 110.0), "FY")
    found = Ledger([about, nine]).derive(9, 12)
    assert found is not None
    assert (round(found.figure.low, 2), round(found.figure.high, 2)) == (15.04, 35.04)


def test_what_is_unknown_takes_no_part() -> None:
    unknown = Interval(0, 12, Figure.unknown(because("never said")), "FY")
    assert Ledger([unknown, Interval(0, 9, Figure.exact(1.0), "9M")]).derive(9, 12) is None


def test_six_figures_are_put_together_and_seven_are_not() -> None:
    """The limit as a number: the law above takes it from the code, and would follow it."""
    quarters = [interval([10] * QUARTERS, start, 1, start) for start in range(7)]
    six = Ledger(quarters).derive(0, 6 * 3)
    assert six is not None
    assert (six.figure.low, len(six.terms)) == (60.0, 6)
    assert Ledger(quarters).derive(0, 7 * 3) is None
