"""The day boundary: what was published on the as-of date is known, what was published the day after is not."""

from __future__ import annotations

import datetime as dt

import pytest

from evaluator.values.values import Figure
from tests.support.runs import AS_OF, evaluation, fact, number, quarters

DAY, NEXT = AS_OF.isoformat(), (AS_OF + dt.timedelta(days=1)).isoformat()
RULES = 'input r "R" : money per quarter\ninput g "G" : percent\ninput price "P" : money per day\n'


@pytest.mark.parametrize(("published", "known"), [(DAY, True), (NEXT, False)])
def test_a_fact_is_known_from_the_day_on_which_it_was_published(published: str, known: bool) -> None:
    facts = f"  r:\n{fact('2026-03-31', '5bn', published)}  g:\n{fact('2026-05-01', '38%', published, key='date')}"
    facts += f"  price:\n{fact(DAY, '7 CNY', published)}"
    found = evaluation(RULES, facts)
    for name in ("r", "g", "price"):
        assert found.read(found.values[name]).known is known, name
    assert len(found.view.facts) == (3 if known else 0)


def test_a_restatement_of_the_same_day_counts_and_one_of_the_next_day_does_not() -> None:
    for published, value in ((DAY, 6e9), (NEXT, 5e9)):
        facts = f"  r:\n{fact('2026-03-31', '5bn', '2026-04-30')}{fact('2026-03-31', '6bn', published)}"
        found = evaluation(RULES, facts)
        assert number(found.read(found.values["r"])) == value


@pytest.mark.parametrize(("published", "rate"), [(DAY, 7.0), (NEXT, 6.0)])
def test_a_rate_is_known_from_the_day_on_which_it_was_published(published: str, rate: float) -> None:
    more = (
        'exchange_rates:\n  - {of: USD, to: CNY, date: 2026-01-01, value: 6, published: 2026-01-01, source: "S"}\n'
        f'  - {{of: USD, to: CNY, date: 2026-05-01, value: 7, published: {published}, source: "S"}}\n'
    )
    found = evaluation(
        'input r "R" : money\n', f"  r:\n{fact('2026-05-01', '1bn USD', '2026-05-01', key='date')}", more=more
    )
    value = found.of("r")
    assert isinstance(value, Figure)
    assert value.low == rate * 1e9


def test_the_period_that_is_read_ends_on_the_as_of_date_or_before() -> None:
    """A quarter that ends on the day itself has ended."""
    for as_of, value in ((dt.date(2026, 3, 31), 4e9), (dt.date(2026, 3, 30), 3e9)):
        facts = quarters("r", ["3bn"], last="2025-12-31") + fact("2026-03-31", "4bn", "2026-03-31")
        found = evaluation(RULES, facts, as_of)
        assert number(found.read(found.values["r"])) == value
