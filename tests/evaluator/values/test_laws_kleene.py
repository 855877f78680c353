"""Kleene's three-valued logic (Kleene, 1952, §64): the laws, and that knowing more never unsays what was decided."""

from __future__ import annotations

from itertools import permutations, product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluator.values.values import Cause, Truth, conjunction, disjunction, negate
from tests.support.algebras import IMPLEMENTATIONS, Implementation

TRUTHS = st.builds(
    lambda value, n: Truth(value, frozenset({Cause(f"c{n}", "", "missing")}) if value is None else frozenset(),
                           frozenset({n})),
    st.sampled_from([True, False, None]),
    st.integers(0, 9),
)  # fmt: skip
ALL = (True, False, None)
EVERY = pytest.mark.parametrize("of", IMPLEMENTATIONS, ids=lambda of: of.name)
"""The tables and the laws of values hold of every implementation; causes and facts are the reference's alone."""


@EVERY
@pytest.mark.parametrize(("a", "b"), list(product(ALL, repeat=2)))
def test_tables(a: bool | None, b: bool | None, of: Implementation) -> None:
    """The strong tables, from their definition: false is least, unknown between, true greatest."""
    rank = {False: 0, None: 1, True: 2}
    word = {v: k for k, v in rank.items()}
    pair = [of.truth(a), of.truth(b)]
    assert of.said(of.algebra.conjunction(pair)) is word[min(rank[a], rank[b])]
    assert of.said(of.algebra.disjunction(pair)) is word[max(rank[a], rank[b])]
    assert of.said(of.algebra.negate(pair[0])) is word[2 - rank[a]]


@EVERY
def test_of_nothing(of: Implementation) -> None:
    assert of.said(of.algebra.conjunction([])) is True
    assert of.said(of.algebra.disjunction([])) is False


@given(st.lists(TRUTHS, min_size=1, max_size=4))
def test_order_does_not_matter(items: list[Truth]) -> None:
    """Not for the value, nor for the causes and the facts."""
    for combine in (conjunction, disjunction):
        assert len({combine(list(p)) for p in permutations(items)}) == 1


@given(TRUTHS, TRUTHS, TRUTHS)
def test_grouping_does_not_matter(a: Truth, b: Truth, c: Truth) -> None:
    for combine in (conjunction, disjunction):
        left, right, flat = combine([combine([a, b]), c]), combine([a, combine([b, c])]), combine([a, b, c])
        assert left.value is right.value is flat.value
        if flat.value is None:
            assert left.causes == right.causes == flat.causes


@given(st.lists(TRUTHS, max_size=5))
def test_de_morgan(items: list[Truth]) -> None:
    assert negate(conjunction(items)) == disjunction(negate(i) for i in items)
    assert negate(disjunction(items)) == conjunction(negate(i) for i in items)


@given(TRUTHS, TRUTHS)
def test_double_negation_idempotence_and_absorption(a: Truth, b: Truth) -> None:
    assert negate(negate(a)) == a
    assert conjunction([a, a]) == a == disjunction([a, a])
    assert conjunction([a, disjunction([a, b])]).value is a.value
    assert disjunction([a, conjunction([a, b])]).value is a.value


@given(TRUTHS, TRUTHS, TRUTHS)
def test_distribution(a: Truth, b: Truth, c: Truth) -> None:
    assert conjunction([a, disjunction([b, c])]).value is disjunction([conjunction([a, b]), conjunction([a, c])]).value


@given(st.lists(TRUTHS, min_size=1, max_size=5))
def test_an_unknown_result_says_why_and_a_decided_one_does_not(items: list[Truth]) -> None:
    for combine in (conjunction, disjunction):
        result = combine(items)
        assert (result.value is None) == bool(result.causes)
        if result.value is None:
            assert result.causes == frozenset().union(*(i.causes for i in items if i.value is None))


@given(st.lists(TRUTHS, min_size=1, max_size=5))
def test_a_decided_result_rests_on_what_decides_it(items: list[Truth]) -> None:
    result = conjunction(items)
    if result.value is False:
        assert result.facts == frozenset().union(*(i.facts for i in items if i.value is False))
    result = disjunction(items)
    if result.value is True:
        assert result.facts == frozenset().union(*(i.facts for i in items if i.value is True))


Formula = tuple[object, ...] | int


def formulas() -> st.SearchStrategy[Formula]:
    """Random formulas over four conditions: ("and"|"or", a, b) and ("not", a)."""
    return st.recursive(
        st.integers(0, 3),
        lambda inner: st.one_of(
            st.tuples(st.sampled_from(["and", "or"]), inner, inner), st.tuples(st.just("not"), inner)
        ),
        max_leaves=12,
    )


def evaluated(formula: Formula, values: tuple[bool | None, ...], of: Implementation) -> bool | None:
    truths = [of.truth(value) for value in values]

    def walk(f: Formula) -> Any:
        if isinstance(f, int):
            return truths[f]
        word, *parts = f
        items = [walk(p) for p in parts]  # type: ignore[arg-type]
        if word == "not":
            return of.algebra.negate(items[0])
        return (of.algebra.conjunction if word == "and" else of.algebra.disjunction)(items)

    return of.said(walk(formula))


@EVERY
@given(formulas(), st.tuples(*[st.sampled_from(ALL)] * 4))
def test_monotone_in_information(of: Implementation, formula: Formula, values: tuple[bool | None, ...]) -> None:
    """Whatever an unknown turns out to be, what was decided stays; and it agrees with two-valued logic."""
    now = evaluated(formula, values, of)
    completions = product(*[(True, False) if v is None else (v,) for v in values])
    later = {evaluated(formula, c, of) for c in completions}
    assert None not in later
    if now is not None:
        assert later == {now}


@given(formulas(), st.tuples(*[st.sampled_from(ALL)] * 4))
def test_every_implementation_says_the_same(formula: Formula, values: tuple[bool | None, ...]) -> None:
    assert len({evaluated(formula, values, of) for of in IMPLEMENTATIONS}) == 1
