"""Facts of segments: a sum over them is what somebody adds up by hand, on the day, by what was known on it."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsl.link.library import Library
from dsl.lowering.settings import read_settings
from evaluator.checkup.audit import audit
from evaluator.checkup.fact_tables import covered
from evaluator.checkup.template import needed
from evaluator.engine import graph as graphs
from evaluator.engine.evaluate import evaluate
from evaluator.engine.evaluation import Status, World
from evaluator.facts.canonical import said
from evaluator.facts.model import Company
from evaluator.known.bind import bind
from evaluator.known.segments import segmented
from evaluator.outlook.flipped import flipped
from evaluator.outlook.tornado import sensitive
from evaluator.prepared.prepared import Prepared
from evaluator.readers.load import load
from evaluator.readers.write import company_text
from evaluator.session.reading import Failed
from evaluator.session.run import AnyDay, Run, run
from evaluator.session.service import About, Evaluated
from evaluator.session.service import evaluate as evaluate_all
from evaluator.values.values import Figure
from tests.support.command_line import call
from tests.support.runs import checked, company, ran, read

RULES = """rules parts "Parts"
input ebita "EBITA" : money per year by segment
input multiple_of "Multiple" : multiple by segment stale after 500 days
input debt "Debt" : money
param cut = 0%
metric worth "Worth" = sum over segments(ebita * multiple_of * (1 - cut))
metric equity "Equity" = worth - debt
pillar p "?"
bull cheap "Cheap" on p when equity > 50bn USD
"""
DAY = dt.date(2026, 5, 14)
NAMES = ["cloud", "retail", "maps", "robots"]


def row(segment: str, value: str, published: str = "2026-02-10", when: str = "period: FY2025") -> str:
    said = f"segment: {segment}, " if segment else ""
    return f'    - {{{when}, {said}value: {value}, published: {published}, kind: reported, source: "S"}}\n'


def about(ebita: str, multiples: str, more: str = "", currency: str = "USD") -> Company:
    text = f"  ebita:\n{ebita}" + (f"  multiple_of:\n{multiples}" if multiples else "")
    return company(text + more, currency, "12-31")


def multiple(segment: str, value: str, published: str = "2026-02-11") -> str:
    return row(segment, value, published, f"date: {published}")


def worth(found: Run, name: str = "worth") -> Figure:
    value = read(found.evaluation, name)
    assert isinstance(value, Figure)
    return value


BY_HAND = st.lists(st.tuples(st.integers(-(10**6), 10**6), st.integers(-400, 400)), min_size=1, max_size=4)


@settings(max_examples=40)
@given(BY_HAND, st.randoms())
def test_it_is_what_a_loop_over_the_segments_adds_up(parts: list[tuple[int, int]], shuffled: random.Random) -> None:
    rows = [row(name, f"{profit}m") for name, (profit, _) in zip(NAMES, parts, strict=False)]
    times = [multiple(name, f"{tenths / 10}x") for name, (_, tenths) in zip(NAMES, parts, strict=False)]
    shuffled.shuffle(rows)
    by_hand = sum(Fraction(profit) * 10**6 * Fraction(tenths, 10) for profit, tenths in parts)
    found = worth(ran(RULES, about("".join(rows), "".join(times)), DAY))
    assert found.is_exact
    size = sum(abs(Fraction(profit) * 10**6 * Fraction(tenths, 10)) for profit, tenths in parts)
    assert found.low == pytest.approx(float(by_hand), rel=1e-12, abs=float(size) * 1e-12)


@settings(max_examples=30)
@given(BY_HAND, st.integers(1, 60))
def test_what_is_published_later_changes_nothing_earlier(parts: list[tuple[int, int]], late: int) -> None:
    rows = "".join(row(name, f"{profit}m") for name, (profit, _) in zip(NAMES[:3], parts, strict=False))
    times = "".join(multiple(name, f"{tenths / 10}x") for name, (_, tenths) in zip(NAMES[:3], parts, strict=False))
    published = str(DAY + dt.timedelta(days=late))
    later = row("robots", "7bn", published) + row("cloud", "900bn", published)
    before, after = ran(RULES, about(rows, times), DAY), ran(RULES, about(rows + later, times), DAY)
    assert before.evaluation.values == after.evaluation.values
    assert before.evaluation.trace == after.evaluation.trace
    assert before.report() == after.report()
    assert before.program.order == after.program.order
    there = ran(RULES, about(rows + later, times), DAY + dt.timedelta(days=late))
    assert not worth(there).known  # the multiple of robots is missing: no 0
    assert {cause.name for cause in worth(there).causes} >= {"multiple_of.robots"}


def test_a_segment_without_one_figure_leaves_the_sum_unknown_and_is_named() -> None:
    found = worth(ran(RULES, about(row("cloud", "10bn") + row("retail", "5bn"), multiple("cloud", "20x")), DAY))
    assert not found.known
    assert {cause.name for cause in found.causes} == {"multiple_of.retail"}


def test_bounds_of_segments_are_bounds_of_the_sum() -> None:
    rows = row("cloud", "between 9bn and 11bn") + row("retail", "5bn")
    found = worth(ran(RULES, about(rows, multiple("cloud", "20x") + multiple("retail", "8x")), DAY))
    assert (found.low, found.high) == (9e9 * 20 + 5e9 * 8, 11e9 * 20 + 5e9 * 8)


def test_the_groups_figure_is_no_segment_and_a_segments_none_of_the_group() -> None:
    more = 'metric of_group "G" = own\n'
    rules = RULES + "input own : money per year\n" + more
    rows = row("", "3bn") + row("cloud", "10bn")
    given = about(rows, multiple("cloud", "20x"), "  own:\n" + row("cloud", "8bn"))
    found = ran(rules, given, DAY)
    assert worth(found).low == 200e9
    assert not worth(found, "of_group").known, "a fact of a segment is no figure of the group"
    assert not worth(ran(RULES, about(row("", "3bn"), ""), DAY)).known
    assert {c.name for c in worth(ran(RULES, about(row("", "3bn"), ""), DAY)).causes} == {"ebita", "multiple_of"}


def test_a_segment_twice_is_judged_as_any_fact_is() -> None:
    later = row("cloud", "10bn") + row("cloud", "12bn", "2026-03-10")
    assert worth(ran(RULES, about(later, multiple("cloud", "2x")), DAY)).low == 24e9, "the later one restates it"
    both = row("cloud", "10bn") + row("cloud", "12bn")
    found = ran(RULES, about(both, multiple("cloud", "2x")), DAY)
    assert (worth(found).low, worth(found).high) == (20e9, 24e9)
    assert "F030" in {d.code for d in found.findings()}
    same = row("cloud", "10bn") + row("cloud", "10bn")
    assert worth(ran(RULES, about(same, multiple("cloud", "2x")), DAY)).low == 20e9


def test_money_of_two_currencies_is_converted_before_it_is_added_up() -> None:
    rate = '\nexchange_rates:\n  - {of: EUR, to: USD, date: 2026-05-13, value: 2, published: 2026-05-13, source: "Invented"}\n'
    for first, wanted in (("10bn USD", 110e9), ("10bn EUR", 120e9)):
        rows = row("cloud", first) + row("retail", "10bn EUR")
        given = about(rows, multiple("cloud", "1x") + multiple("retail", "5x"), rate)
        found = ran(RULES, given, DAY)
        shown = found.evaluation.of("worth")
        assert isinstance(shown, Figure)
        assert shown.low == wanted, first
        debt = about(
            rows,
            multiple("cloud", "1x") + multiple("retail", "5x"),
            f"  debt:\n{row('', '1bn', when='date: 2026-02-10')}{rate}",
        )
        assert worth(ran(RULES, debt, DAY), "equity").low == wanted - 1e9


@settings(max_examples=25)
@given(
    st.dictionaries(
        st.sampled_from(["cut", "ebita.cloud", "multiple_of.retail", "debt"]), st.integers(-9, 9), min_size=1
    )
)
def test_prepared_worlds_are_what_they_are_from_the_start(sets: dict[str, int]) -> None:
    rows, times = row("cloud", "10bn") + row("retail", "5bn"), multiple("cloud", "20x") + multiple("retail", "8x")
    found = ran(RULES, about(rows, times, f"  debt:\n{row('', '1bn', when='date: 2026-02-10')}"), DAY)
    units = {"cut": "{}%", "multiple_of.retail": "{}x"}
    texts = [f"{name}={units.get(name, '{}bn USD').format(value)}" for name, value in sets.items()]
    given_, problems = read_settings(found.program, texts)
    assert not problems
    world = World(given_)
    judge = evaluate(found.program, graphs.order(found.graph), found.evaluation.view, world)
    prepared = Prepared(found.evaluation)
    for _ in range(2):
        again = prepared.evaluated(world)
        assert {n: again.values[n] for n in found.program.order} == dict(judge.values)
    assert worth(replace(found, evaluation=judge)).is_exact


def test_draws_are_what_the_reference_comes_to_draw_by_draw() -> None:
    pytest.importorskip("scipy")
    import numpy as np

    from evaluator.draws.columns import general
    from evaluator.draws.one_by_one import OneByOne
    from evaluator.draws.plan import planned
    from tests.evaluator.draws.alike import differences

    rows, times = row("cloud", "10bn") + row("retail", "5bn"), multiple("cloud", "20x") + multiple("retail", "8x")
    debt = f"  debt:\n{row('', '1bn', when='date: 2026-02-10')}"
    found = ran(RULES + "uncertain cut ~ uniform(0%, 90%)\n", about(rows, times, debt), DAY)
    units = {u.name: u.unit for u in found.program.uncertain}
    drawn = [np.random.default_rng(7).random(50)]
    plan = planned(found.evaluation, found.plain(), units, ["worth", "equity"])
    judge = OneByOne(found.evaluation, found.plain(), units, ["worth", "equity"]).run(drawn, 50)
    assert differences(plan.run(drawn, 50), judge) == []
    assert list(general(judge.figures["worth"]).low) == pytest.approx([240e9 * (1 - cut) for cut in drawn[0]])


HEAD = "name: A\nticker: AAA\ncurrency: USD\nfiscal_year_ends: 12-31\n"
TIDY = """metric,segment,period,date,value,published,kind,source
ebita,cloud,FY2025,,10bn,2026-02-10,reported,S
ebita.retail,,FY2025,,5bn,2026-02-10,reported,S
multiple_of, cloud ,,2026-02-11,20x,2026-02-11,reported,S
multiple_of,retail,,2026-02-11,8x,2026-02-11,reported,S
ebita,,FY2025,,15bn,2026-02-10,reported,S
"""
WIDE = """period,FY2025
published,2026-02-10
kind,reported
source,S
ebita.cloud,10bn
ebita.retail,5bn
"""


def loaded(folder: Path) -> Company:
    (folder / "head.yaml").write_text(HEAD, "utf-8")
    found, problems = load(sorted(folder.iterdir()), "AAA")
    assert found is not None, problems
    return found


def test_tables_say_it_in_a_column_or_in_the_name(tmp_path: Path) -> None:
    (tmp_path / "tidy.csv").write_text(TIDY, "utf-8")
    found = ran(RULES, loaded(tmp_path), DAY)
    assert worth(found).low == 240e9
    assert worth(found, "ebita").low == 15e9


def test_columns_of_parquet_say_it_too(tmp_path: Path) -> None:
    pl = pytest.importorskip("polars")
    rows = [line.split(",") for line in TIDY.strip().splitlines()]
    table = {key: [row[n] or None for row in rows[1:]] for n, key in enumerate(rows[0])}
    pl.DataFrame(table, schema=dict.fromkeys(rows[0], pl.String)).write_parquet(tmp_path / "tidy.parquet")
    assert worth(ran(RULES, loaded(tmp_path), DAY)).low == 240e9


def test_a_wide_table_names_the_segment_in_its_label(tmp_path: Path) -> None:
    (tmp_path / "wide.csv").write_text(WIDE, "utf-8")
    (tmp_path / "times.yaml").write_text(
        "facts:\n  multiple_of:\n" + multiple("cloud", "20x") + multiple("retail", "8x"), "utf-8"
    )
    assert worth(ran(RULES, loaded(tmp_path), DAY)).low == 240e9


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    given = about(row("cloud", "10bn") + row("", "15bn"), multiple("cloud", "20x"))
    (tmp_path / "facts.yaml").write_text(company_text(given), "utf-8")
    again, problems = load([tmp_path / "facts.yaml"], "AAA")
    assert again is not None, problems
    assert sorted(map(said, again.facts)) == sorted(map(said, given.facts))


@pytest.mark.parametrize(
    ("rows", "codes"),
    [
        (row("cloud", "10bn") + row("retail", "5bn"), []),
        (row("", "15.1bn") + row("cloud", "10bn") + row("retail", "5bn"), []),
        (row("", "11bn") + row("cloud", "10bn") + row("retail", "5bn"), ["F082"]),
        (row("", "11bn") + row("cloud", "10bn") + row("Cloud", "5bn"), ["F081", "F082"]),
        (row('"Cloud and AI"', "10bn"), ["F080"]),
        (row('"9lives"', "10bn"), ["F080"]),
    ],
)
def test_what_is_odd_about_segments_is_said(rows: str, codes: list[str]) -> None:
    program = checked(RULES).program
    assert program is not None
    found = [d.code for d in audit(program, about(rows, ""), DAY)]
    assert sorted(code for code in found if code.startswith("F08")) == codes


def test_a_segment_that_is_no_word_stops_the_run() -> None:
    assert not isinstance(run(checked(RULES), about(row('"Cloud and AI"', "10bn"), ""), DAY), Run)


def test_coverage_and_template_say_what_is_asked_for() -> None:
    program = checked(RULES).program
    assert program is not None
    one = about(row("cloud", "10bn") + row("retail", "5bn"), multiple("cloud", "20x"))
    _, rows = covered(program, [one, about(row("maps", "1bn"), "")], DAY)
    states = {r.name: [c.state for c in r.companies] for r in rows}
    assert states["ebita.cloud"] == ["known", "does not apply"]
    assert states["multiple_of.retail"] == ["missing", "does not apply"]
    assert states["multiple_of.maps"] == ["does not apply", "missing"]
    assert "ebita" not in states
    assert "segment: " in next(each.example for each in needed(program) if each.name == "ebita")


def test_rules_without_segments_are_the_same_program() -> None:
    program = checked('rules main\ninput ebita "E" : money per year\nkill b "B" when ebita > 0\n').program
    assert program is not None
    given = about(row("cloud", "10bn"), "")
    assert segmented(program, given) is program
    found = run(checked('rules main\ninput ebita "E" : money per year\nkill b "B" when ebita > 0\n'), given, DAY)
    assert isinstance(found, Run)
    assert not worth(found, "ebita").known


def test_what_happened_on_an_earlier_day_was_judged_by_the_segments_of_that_day() -> None:
    """A segment that came later, and has no multiple yet, takes nothing back."""
    rules = RULES.replace('"Parts"\n', '"Parts" since 2026-01-01\n') + 'kill rich "Rich" when worth > 200bn USD\n'
    rows = row("cloud", "10bn") + row("retail", "5bn") + row("robots", "1bn", "2026-04-01")
    found = ran(rules, about(rows, multiple("cloud", "20x") + multiple("retail", "8x")), DAY)
    assert not worth(found).known
    event = found.evaluation.events["rich"]
    assert (event.status, event.day) == (Status.HAPPENED, dt.date(2026, 2, 11))


def test_facts_of_segments_that_other_rules_ask_for_are_passed_over_and_misspelt_ones_are_not() -> None:
    given = about(row("cloud", "10bn"), "")
    other = checked('rules other\ninput debt "D" : money\nkill b "B" when debt > 1bn USD\n')
    program = other.program
    assert program is not None
    assert [d.code for d in bind(program, given, lambda: ["ebita"]).diagnostics] == []
    assert [d.code for d in bind(program, given, lambda: ["ebit"]).diagnostics] == ["F020"]


def test_a_segment_may_be_set_and_named_where_its_company_is_known() -> None:
    given = about(row("cloud", "10bn") + row("retail", "5bn"), multiple("cloud", "20x") + multiple("retail", "8x"))
    found = evaluate_all(checked(RULES), About(given), DAY, settings=["multiple_of.retail=10x"], places=Library(()))
    assert isinstance(found, Evaluated), found
    assert worth(found.run).low == 250e9
    refused = evaluate_all(checked(RULES), About(given), DAY, settings=["multiple_of=10x"], places=Library(()))
    assert isinstance(refused, Failed), "it would be read by nothing"
    assert [(d.code, "`multiple_of.cloud`" in str(d.hint)) for d in refused.diagnostics] == [("T160", True)]


def test_what_an_input_by_segment_is_read_as_is_not_said_to_be_read_by_nothing() -> None:
    judged = RULES + 'bull big on p when worth > 1bn USD\nverdict v "V" when big then "Big" otherwise "Small"\n'
    found = ran(judged + 'input other "Other" : percent\n', about(row("cloud", "1bn USD"), multiple("cloud", "3x")))
    assert flipped(found).aside == ["debt", "other"]
    assert sensitive(found, 0.1).aside == ["other"]
    assert {c.name for c in flipped(found).changes} >= {"ebita.cloud", "multiple_of.cloud"}


def test_a_segment_is_set_over_days_and_for_the_rules_of_before(tmp_path: Path) -> None:
    judged = RULES + 'bull big on p when worth > 1bn USD\nverdict v "V" when big then "Big" otherwise "Small"\n'
    (tmp_path / "parts.thesis").write_text(judged, "utf-8")
    company = about(row("cloud", "1bn USD"), multiple("cloud", "3x"))
    (tmp_path / "AAA.yaml").write_text(company_text(company), "utf-8")
    words = (
        str(tmp_path / "parts.thesis"),
        "--facts",
        str(tmp_path / "AAA.yaml"),
        "--from",
        "2026-02-12",
        "--to",
        "2026-05-14",
    )
    for more in (("history",), ("changes",), ("changes", "--rules-before", str(tmp_path / "parts.thesis"))):
        gave = call(more[0], *words, *more[1:], "--set", "ebita.cloud=100m USD")
        assert gave.status == 0, gave.err
        assert "What-if: EBITA, cloud = 100m USD" in gave.out
        assert more[0] == "changes" or "Small" in gave.out
        assert "Big" not in gave.out
        refused = call(more[0], *words, *more[1:], "--set", "ebita.clowd=100m USD")
        assert (refused.status, refused.out) == (2, "")


def test_a_segment_that_is_set_was_none_before_its_first_fact() -> None:
    rules = checked(RULES + 'kill rich "Rich" when worth > 900bn USD\n')
    rows = row("cloud", "10bn") + row("retail", "5bn", "2026-04-01")
    given = about(rows, multiple("cloud", "20x") + multiple("retail", "8x", "2026-04-01"))
    late = run(rules, given, DAY)
    assert isinstance(late, Run)
    sets, problems = read_settings(late.program, ["ebita.retail=6bn USD", "cut=50%"])
    assert not problems
    days = AnyDay(rules, given, sets)
    worths = [worth(found).low for day in (dt.date(2026, 3, 1), DAY) if isinstance(found := days.at(day), Run)]
    assert worths == [100e9, 124e9]
