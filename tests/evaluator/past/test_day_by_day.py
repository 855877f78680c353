"""One day after another: what is judged of each is what a fresh run as of it says."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from evaluator.engine.evaluation import Evaluation
from evaluator.facts.model import Fact
from evaluator.outlook.timeline import judged
from evaluator.session.run import AnyDay, Run
from evaluator.values.values import Single
from tests.support.fact_strategies import company as company_of
from tests.support.fact_strategies import stores
from tests.support.runs import HEAD, checked, company, fact, quarters
from tests.support.strategies import RuleFile, rule_files

BEGIN, END = dt.date(2024, 12, 1), dt.date(2025, 6, 30)


def bare(value: Single) -> Single:
    """A value without what it rests on: facts have other numbers where days are looked at one after another."""
    return replace(value, causes=frozenset(), facts=frozenset())


def assert_same(found: Evaluation, fresh: Evaluation) -> None:
    assert judged(found) == judged(fresh)
    for name in fresh.program.order:
        assert bare(found.read(found.values[name])) == bare(fresh.read(fresh.values[name])), name


def days_agree(rules: RuleFile, data: st.DataObject) -> None:
    program = checked(rules.text).program
    assert program is not None
    facts: list[Fact] = data.draw(stores(program, BEGIN - dt.timedelta(days=200), END, 12))
    about = company_of(facts, [])
    known = sorted({f.published for f in facts})
    near = st.sampled_from(known) if known else st.dates(BEGIN, END)
    days = data.draw(st.lists(st.one_of(st.dates(BEGIN, END), near), min_size=2, max_size=8))
    note(rules.text)
    note(str(days))
    in_a_row, alone = AnyDay(checked(rules.text), about), AnyDay(checked(rules.text), about)
    for day in days:
        fresh, found = alone.at(day), in_a_row.judged(day)
        assert isinstance(fresh, Run)
        assert isinstance(found, Evaluation)
        assert_same(found, fresh.evaluation)


@settings(max_examples=8, suppress_health_check=list(HealthCheck))
@given(rule_files(), st.data())
def test_each_day_is_a_fresh_run(rules: RuleFile, data: st.DataObject) -> None:
    days_agree(rules, data)


RULES = """input price "Price" : money per share per day stale after 10 days
input other "Other" : number per day
input sales "Sales" : money per quarter
input shares "Shares" : count
param least "Least" from 2026-01-01 = 10 CNY from 2026-03-01 = 12 CNY
metric each = sales / shares
pillar p "?"
bull cheap on p when price < least
bull steady on p when other > 0 for 5 days
bear old on p when days_between(2026-01-31, as_of) > 40
kill fallen "Fallen" by 2026-04-10 when price < 5 CNY
verdict v "V" when fallen has happened then "Out" when cheap and each > 1 CNY then "Buy" otherwise "Wait"
"""


def test_prices_thresholds_deadlines_and_time_alone() -> None:
    """Every other day of a spring, forwards and then some of them backwards; of most days the price alone is new."""
    days = [dt.date(2026, 2, 1) + dt.timedelta(days=n) for n in range(80)]
    facts = "  price:\n"
    for n, day in enumerate(days[:70]):
        if day.weekday() < 5:
            facts += fact(day.isoformat(), f"{20 - n / 4:.2f} CNY", day.isoformat(), key="date")
    facts += "  other:\n" + "".join(fact(d.isoformat(), 1, d.isoformat(), key="date") for d in days[3:60:2])
    facts += quarters("sales", ["4bn CNY", "5bn CNY"], last="2025-12-31")
    facts += f"  shares:\n{fact('2026-02-20', '1bn', '2026-02-21', key='date')}"
    rules = checked(HEAD + RULES)
    in_a_row, alone = AnyDay(rules, company(facts)), AnyDay(rules, company(facts))
    said = set()
    for day in [*days[::2], *days[::-9]]:
        fresh, found = alone.at(day), in_a_row.judged(day)
        assert isinstance(fresh, Run)
        assert isinstance(found, Evaluation)
        assert_same(found, fresh.evaluation)
        said.add(tuple(judged(found).verdicts["v"]))
    assert len(said) > 1, "time and prices turn it"
