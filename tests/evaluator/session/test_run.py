"""A run with other settings is the run that had them from the start: with the same events, which no setting changes, and the
same past."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from dsl.lowering.settings import read_settings
from dsl.program import program as p
from evaluator.session.run import Run, run
from tests.support.runs import HEAD, TAIL, checked, company, fact, quarters

RULES = (
    HEAD.strip()
    + ' since 2025-06-01\ninput churn "Churn" : percent per quarter\ninput eps "EPS" : money per share per quarter\n'
    + 'input price "Price" : money per share per day\nmetric pe "P/E" : multiple = price / latest(eps)\n'
    + 'kill leaks "Customers leave" by 2025-12-31 when churn > 5%\n'
    + 'catalyst calms "Churn calms" on 2025-11-15 expects churn < 4%\n'
    + 'pillar q "?"\nbear left "Left" on q when leaks has happened and calms is missed\nbull cheap "Cheap" on q when pe < 15x for 3 days\n'
    + TAIL
)
FACTS = (
    quarters("churn", ["3%", "6%", "7%", "2%"])
    + quarters("eps", ["4", "4", "4", "10"])
    + "  price:\n"
    + "".join(fact(f"2026-04-{day}", "100 CNY", f"2026-04-{day}") for day in (28, 29, 30))
)
AS_OF = dt.date(2026, 4, 30)


def started(**values: str) -> Run:
    found = checked(RULES)
    given: Mapping[str, p.Expr] = {}
    if values:
        assert found.program is not None
        given, problems = read_settings(found.program, [f"{n}={v}" for n, v in values.items()])
        assert not problems
    result = run(found, company(FACTS), AS_OF, given)
    assert isinstance(result, Run)
    return result


def test_with_settings_is_the_run_that_had_them_from_the_start() -> None:
    from_the_start = started(churn="1%")
    again = started().with_settings(from_the_start.evaluation.world.replaced)
    assert again.evaluation == from_the_start.evaluation
    assert again.report() == from_the_start.report()
    assert [k.status for k in again.report().kills] == ["has happened"]
    assert {c.name: c.state for c in again.report().conditions} == {"left": "true", "cheap": "false", "always": "true"}
