"""`C for 6 of 8 quarters`: between `for` and `any`, as listing all ways in which it may turn out gives it."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsl.check.checker import check_file
from dsl.link.load import Library
from dsl.text.source import SourceFile
from evaluator.proofs.encoding import kleene
from evaluator.proofs.encoding.terms import Tri
from evaluator.values import bounds as v
from evaluator.values.values import May, Truth, because
from tests.support.runs import company, quarters, ran

ORDER = (May.FALSE, May.NM, May.TRUE)
CAUSE = because("not known", "x")
TRUTHS = st.sampled_from([Truth(May(n), CAUSE, frozenset({n})) for n in range(1, 8)])


def listed(truths: list[Truth], least: int) -> May:
    """Of each way in which they may turn out, the one that counts so far from the top."""
    found = May(0)
    for way in product(*([each for each in ORDER if t.possible & each] for t in truths)):
        found |= sorted(way, key=ORDER.index, reverse=True)[least - 1]
    return found


@given(st.lists(TRUTHS, min_size=1, max_size=5), st.data())
def test_all_that_is_possible_and_no_more(truths: list[Truth], data: st.DataObject) -> None:
    least = data.draw(st.integers(1, len(truths)))
    found = v.at_least(truths, least)
    assert found.possible is listed(truths, least)
    terms = [Tri(bool(t.possible & May.TRUE), bool(t.possible & May.FALSE), bool(t.possible & May.NM)) for t in truths]
    proven = kleene.at_least(terms, least)
    assert (proven.can_true, proven.can_false, proven.can_nm) == tuple(
        bool(found.possible & x) for x in (May.TRUE, May.FALSE, May.NM)
    )


@given(st.lists(TRUTHS, min_size=1, max_size=6))
def test_of_all_it_is_for_and_of_one_any(truths: list[Truth]) -> None:
    assert v.at_least(truths, len(truths)) == v.conjunction(truths)
    one = v.at_least(truths, 1)
    assert (one.possible, one.facts) == (v.disjunction(truths).possible, v.disjunction(truths).facts)


RULES = 'rules main\ninput a : percent per quarter\npillar o "?"\nbull k on o when a > 10% for {} of {} quarters\n'


def told(values: list[int | None], least: int, of: int, more: str = "") -> bool | None:
    facts = quarters("a", [None if x is None else f"{x}%" for x in values])
    found = ran(RULES.format(least, of), company(facts, more=more)).evaluation.of("k")
    assert isinstance(found, Truth)
    return found.value


@pytest.mark.parametrize(("least", "of"), [(1, 1), (1, 4), (2, 4), (3, 4), (4, 4), (2, 3), (3, 6), (5, 6)])
def test_as_counting_gives_it(least: int, of: int) -> None:
    for values in ([12, 5, 12, 12, 5, 12], [5, 5, 5, 5, 12, 12], [12, 12, 12, 12, 12, 12], [5, 12, 5, 12, 5, 12]):
        held = [x > 10 for x in values[-of:]]
        assert told(list(values), least, of) is (sum(held) >= least), values


def test_what_is_missing_matters_where_it_could_turn_it() -> None:
    assert told([12, None, 12, 12], 3, 4) is True
    assert told([12, None, 12, 5], 3, 4) is None
    assert told([5, None, 12, 5], 3, 4) is False
    assert told([12, 12], 2, 4) is True, "the series begins within the span"
    assert told([12, 5], 2, 4) is None
    assert told([5, 5], 3, 4) is False, "two more periods before it, and not three"
    assert told([5, 5], 4, 4) is False


def test_of_halves_the_same_share() -> None:
    """Six of eight quarters are three of four halves."""
    facts = "  a:\n" + "".join(
        f"    - {{period: H{n} FY{y}, value: {x}%, published: {y + n - 1}-{9 if n == 1 else '03'}-01, kind: reported, source: S}}\n"
        for y, n, x in ((2024, 1, 12), (2024, 2, 12), (2025, 1, 5), (2025, 2, 12))
    )
    facts = facts.replace("-9-01", "-09-01")
    for least, wanted in ((6, True), (5, True), (7, False), (8, False)):
        found = ran(RULES.format(least, 8), company(facts, ends="12-31", more="reports: halves\n")).evaluation.of("k")
        assert isinstance(found, Truth)
        assert found.value is wanted, least


@pytest.mark.parametrize("asked", ["6.5 of 8 quarters", "0 of 8 quarters", "9 of 8 quarters", "5 of 1 year"])
def test_what_cannot_be_is_refused(asked: str) -> None:
    text = RULES.replace("{} of {} quarters", asked)
    found = check_file(SourceFile("main.thesis", text), Library(()))
    assert [d.code for d in found.diagnostics if d.is_error] == ["T066"]
