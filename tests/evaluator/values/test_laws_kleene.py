"""Three truths with "not meaningful" between false and true (Kleene, 1952, §64), and sets of them where something is
unknown: the laws, and that knowing more never unsays what was decided."""

from __future__ import annotations

from functools import reduce
from itertools import permutations, product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluator.values.bounds import conjunction, disjunction, negate
from evaluator.values.values import Cause, May, Truth
from tests.support.algebras import IMPLEMENTATIONS, Implementation

SETS = tuple(May(bits) for bits in range(1, 8))
"""Every set of truths that may be possible."""
RANK = {May.FALSE: 0, May.NM: 1, May.TRUE: 2}
DECIDED = (May.TRUE, May.FALSE)


def made(possible: May, n: int) -> Truth:
    causes = frozenset() if possible in DECIDED else frozenset({Cause(f"c{n}", "", "missing")})
    return Truth(possible, causes, frozenset({n}))


TRUTHS = st.builds(made, st.sampled_from(SETS), st.integers(0, 9))


def members(possible: May) -> list[May]:
    return [truth for truth in RANK if truth & possible]


def union(found: set[May]) -> May:
    return reduce(lambda a, b: a | b, found, May(0))


@pytest.mark.parametrize(("a", "b"), list(product(SETS, repeat=2)))
def test_tables(a: May, b: May) -> None:
    """From the definition: the least, the most and the turned-round rank, for each truth that is possible of each."""
    word = {rank: truth for truth, rank in RANK.items()}
    pairs = list(product(members(a), members(b)))
    both = [made(a, 1), made(b, 2)]
    assert conjunction(both).possible is union({word[min(RANK[x], RANK[y])] for x, y in pairs})
    assert disjunction(both).possible is union({word[max(RANK[x], RANK[y])] for x, y in pairs})
    assert negate(both[0]).possible is union({word[2 - RANK[x]] for x in members(a)})


def test_of_nothing() -> None:
    assert conjunction([]).value is True
    assert disjunction([]).value is False


@given(st.lists(TRUTHS, min_size=1, max_size=4))
def test_order_does_not_matter(items: list[Truth]) -> None:
    """Not for the value, nor for the causes and the facts."""
    for combine in (conjunction, disjunction):
        assert len({combine(list(p)) for p in permutations(items)}) == 1


@given(TRUTHS, TRUTHS, TRUTHS)
def test_grouping_does_not_matter(a: Truth, b: Truth, c: Truth) -> None:
    for combine in (conjunction, disjunction):
        left, right, flat = combine([combine([a, b]), c]), combine([a, combine([b, c])]), combine([a, b, c])
        assert left.possible is right.possible is flat.possible


@given(st.lists(TRUTHS, max_size=5))
def test_de_morgan(items: list[Truth]) -> None:
    assert negate(conjunction(items)) == disjunction(negate(i) for i in items)
    assert negate(disjunction(items)) == conjunction(negate(i) for i in items)


@given(TRUTHS, TRUTHS)
def test_double_negation_idempotence_and_absorption(a: Truth, b: Truth) -> None:
    assert negate(negate(a)) == a
    assert conjunction([a, a]).possible is a.possible is disjunction([a, a]).possible
    if not a.unknown:  # two mentions of an unknown are taken as free of each other
        assert conjunction([a, disjunction([a, b])]).possible is a.possible
        assert disjunction([a, conjunction([a, b])]).possible is a.possible


@given(TRUTHS, TRUTHS, TRUTHS)
def test_distribution(a: Truth, b: Truth, c: Truth) -> None:
    one, other = conjunction([a, disjunction([b, c])]), disjunction([conjunction([a, b]), conjunction([a, c])])
    assert one.possible & other.possible is one.possible
    if not a.unknown:
        assert one.possible is other.possible


@given(st.lists(TRUTHS, min_size=1, max_size=5))
def test_an_unknown_result_says_why_and_a_decided_one_does_not(items: list[Truth]) -> None:
    for combine in (conjunction, disjunction):
        result = combine(items)
        assert result.known != bool(result.causes)
        if result.unknown:
            assert result.causes == frozenset().union(*(i.causes for i in items if i.unknown))
        if result.nm:
            assert result.causes <= frozenset().union(*(i.causes for i in items if not i.known))


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


def evaluated(formula: Formula, values: tuple[May, ...]) -> May:
    def walk(f: Formula) -> Truth:
        if isinstance(f, int):
            return made(values[f], f)
        word, *parts = f
        items = [walk(p) for p in parts]  # type: ignore[arg-type]
        return negate(items[0]) if word == "not" else (conjunction if word == "and" else disjunction)(items)

    return walk(formula).possible


@given(formulas(), st.tuples(*[st.sampled_from(SETS)] * 4))
def test_monotone_in_information(formula: Formula, values: tuple[May, ...]) -> None:
    """Whatever an unknown turns out to be was thought possible; so what was decided stays."""
    now = evaluated(formula, values)
    for completion in product(*(members(v) for v in values)):
        later = evaluated(formula, completion)
        assert later in RANK
        assert later & now is later


@given(formulas(), st.tuples(*[st.sampled_from((May.TRUE, May.FALSE))] * 4))
def test_without_what_means_nothing_it_is_plain_logic(formula: Formula, values: tuple[May, ...]) -> None:
    def plain(f: Formula) -> bool:
        if isinstance(f, int):
            return values[f] is May.TRUE
        word, *parts = f
        items = [plain(p) for p in parts]  # type: ignore[arg-type]
        return not items[0] if word == "not" else all(items) if word == "and" else any(items)

    assert evaluated(formula, values) is (May.TRUE if plain(formula) else May.FALSE)


# --- every implementation ------------------------------------------------------------------------------------


EVERY = pytest.mark.parametrize("of", IMPLEMENTATIONS, ids=lambda of: of.name)
"""The tables and the laws hold of every implementation, for every set of truths; causes and facts are the reference's."""


@EVERY
@pytest.mark.parametrize(("a", "b"), list(product(SETS, repeat=2)))
def test_strong_tables(a: May, b: May, of: Implementation) -> None:
    """From their definition: false is least, not meaningful between, true greatest."""
    word = {rank: truth for truth, rank in RANK.items()}
    pairs, both = list(product(members(a), members(b))), [of.truth(a), of.truth(b)]
    assert of.said(of.algebra.conjunction(both)) is union({word[min(RANK[x], RANK[y])] for x, y in pairs})
    assert of.said(of.algebra.disjunction(both)) is union({word[max(RANK[x], RANK[y])] for x, y in pairs})
    assert of.said(of.algebra.negate(both[0])) is union({word[2 - RANK[x]] for x in members(a)})


def said(formula: Formula, values: tuple[May, ...], of: Implementation) -> May:
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
@given(formulas(), st.tuples(*[st.sampled_from(SETS)] * 4))
def test_what_was_decided_stays(of: Implementation, formula: Formula, values: tuple[May, ...]) -> None:
    now = said(formula, values, of)
    for completion in product(*(members(v) for v in values)):
        later = said(formula, completion, of)
        assert later in RANK
        assert later & now is later


@EVERY
@given(formulas(), st.tuples(*[st.sampled_from(SETS)] * 4))
def test_a_formula_and_its_negation_turn_round(of: Implementation, formula: Formula, values: tuple[May, ...]) -> None:
    """Involution, and De Morgan through a whole formula: what is not meaningful holds neither way."""

    def turned(f: Formula) -> Formula:
        if isinstance(f, int):
            return ("not", f)
        word, *parts = f
        return parts[0] if word == "not" else ("or" if word == "and" else "and", *(turned(p) for p in parts))  # type: ignore

    assert said(("not", formula), values, of) == said(turned(formula), values, of)
    assert said(("not", ("not", formula)), values, of) == said(formula, values, of)


@given(formulas(), st.tuples(*[st.sampled_from(SETS)] * 4))
def test_every_implementation_says_the_same(formula: Formula, values: tuple[May, ...]) -> None:
    assert len({said(formula, values, of) for of in IMPLEMENTATIONS}) == 1
