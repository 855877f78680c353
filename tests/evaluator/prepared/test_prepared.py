"""The reference evaluator is the judge: whatever a prepared evaluation gives in another world, it gives from the start."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from dsl.check.checker import Checked
from dsl.program import program as p
from dsl.types.units import FIGURES, Kind
from evaluator.engine import graph as graphs
from evaluator.engine.evaluate import evaluate
from evaluator.engine.evaluation import Evaluation, World
from evaluator.explore.varied import Varied, varied
from evaluator.facts.model import Fact
from evaluator.prepared.prepared import Prepared
from evaluator.prepared.states import REMEMBERED
from evaluator.session.fact_files import facts_about
from evaluator.session.places import find_rules, library
from evaluator.session.reading import check_rules, load_facts
from evaluator.session.run import Run
from evaluator.session.run import run as run_rules
from evaluator.values.values import Words
from tests.support.fact_strategies import company as company_of
from tests.support.fact_strategies import stores
from tests.support.runs import AS_OF, HEAD, checked, company, fact, quarters, ran
from tests.support.strategies import RuleFile, rule_files

EARLY = dt.date(2022, 1, 1)
WORLDS = 6


def from_the_start(run: Run, world: World) -> Evaluation:
    """What the reference evaluator gives, evaluated whole."""
    today = run.evaluation
    also = (*run.program.sentences, *run.program.probabilities)
    return evaluate(run.program, graphs.order(run.graph), today.view, world, also, today.events, today.past)


def assert_equal(found: Evaluation, judge: Evaluation) -> None:
    """All that a reader or a rule can ask of two evaluations, with causes and facts."""
    assert found.assumptions[: len(found.program.grounds)] == judge.assumptions[: len(found.program.grounds)]
    for name in judge.program.order:
        assert found.values[name] == judge.values[name], name
    assert found.judged == judge.judged
    assert found.rows == judge.rows
    assert found.paths == judge.paths
    assert found.given == judge.given
    assert found.currencies == judge.currencies
    assert found.stated == judge.stated
    for address, traced in judge.trace.items():
        assert found.trace[address] == traced, address
    for address, value in judge.whole.items():
        if address in found.whole:
            assert found.whole[address] == value, address


def const(run: Run, name: str, value: float | str | bool) -> p.Const:
    """A name set to a figure, word or truth."""
    declared = run.program.declared(name)
    return p.Const(declared.span, declared.type.single, value=value)  # type: ignore[attr-defined]


@st.composite
def worlds(draw: st.DrawFn, run: Run) -> World:
    """Some names set, to one figure or anywhere between two; now and then a comparison that is forced."""
    program, today = run.program, run.evaluation
    names = [n for n in program.order if n in program.inputs or n in program.params or n in today.given]
    kinds = {n: program.declared(n).type.single for n in names}  # type: ignore[attr-defined]
    names = [n for n in names if kinds[n].kind in FIGURES or kinds[n].kind is Kind.FLAG]
    replaced, within = dict(today.world.replaced), {}
    for name in draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True)) if names else ():
        if kinds[name].kind is Kind.FLAG:
            replaced[name] = const(run, name, draw(st.booleans()))
            continue
        a, b = draw(st.tuples(FIGURE, FIGURE))
        replaced[name] = const(run, name, a)
        if draw(st.booleans()):
            within[name] = (min(a, b), max(a, b))
    atoms = [
        e.address for n in program.order for w in program.expressions(n) for e in p.walk(w)
        if isinstance(e, p.Compare) and e.address
    ]  # fmt: skip
    forced = draw(st.dictionaries(st.sampled_from(atoms), st.booleans(), max_size=2)) if atoms else {}
    return replace(today.world, replaced=replaced, within=within, forced=forced if draw(st.booleans()) else {})


FIGURE = st.one_of(st.sampled_from([0.0, 1.0, -1.0, 0.05, 0.2, 2.0, 10.0, 1e9]), st.floats(-1e12, 1e12))


@settings(max_examples=12, suppress_health_check=list(HealthCheck))
@given(rule_files(), st.data())
def test_it_gives_in_any_world_what_the_reference_gives_from_the_start(rules: RuleFile, data: st.DataObject) -> None:
    agrees(rules, data)


def agrees(rules: RuleFile, data: st.DataObject) -> None:
    """World after world on one prepared evaluation, so that what is remembered of one is asked for in the next."""
    program = checked(rules.text).program
    assert program is not None
    facts: list[Fact] = data.draw(stores(program, EARLY, AS_OF, 12))
    run = ran(rules.text, company_of(facts, []))
    note(rules.text)
    note("\n".join(f"{f.name} {f.period} {f.value}" for f in facts))
    prepared = Prepared(run.evaluation)
    also = (*program.sentences, *program.probabilities)
    drawn = [data.draw(worlds(run)) for _ in range(data.draw(st.integers(1, WORLDS)))]
    for world in [*drawn, *drawn]:
        note(f"{ {n: getattr(e, 'value', None) for n, e in world.replaced.items()} } {world.within} {world.forced}")
        assert_equal(prepared.evaluated(world, also=also), from_the_start(run, world))


FORMS = """rules drawn "Drawn"
input in_0 : money per year
input in_1 : money per year
input in_2 : date
input shares : count per year balance
input price : money per share per day
param rate = 10% own "Invented"
metric base = in_1 * 2
forecast one for 3 years starts in_0 then previous * (1 + rate)
forecast two for 3 years starts in_1 then if one > 100 CNY then one * 0.5 else previous + step * 1 CNY
metric worth = npv(two, rate) + at(two, 1) + total(one)
scenario low "Low" probability 30% assume in_0 = base, rate = 5%
scenario high "High" on low probability 20% assume in_1 = 40 CNY
metric hope = expected(worth)
valuation per_share "Worth of a share" = hope / shares against price
pillar holds "Does it hold?" applies when in_1 > 5 CNY
bull grows "It grows" on holds when worth > 200 CNY
bear late "It is late" on holds when days_between(in_2, as_of) > 100
verdict call "Call"
  applies when in_0 > 0 CNY
  when holds is supported and hope > 150 CNY then "Own" bullish
  when grows then "Watch" neutral
  otherwise "Leave" bearish
"""


@settings(max_examples=3, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_so_it_does_of_paths_that_read_each_other_of_all_scenarios_and_of_what_may_not_apply(
    data: st.DataObject,
) -> None:
    agrees(RuleFile((FORMS,), {}), data)


# --- the worked example ------------------------------------------------------------------------------------------


def worked_example() -> Run:
    """Alibaba on 2026-05-14: daily prices in dollars beside results in yuan, thresholds, kills, tables."""
    places = library()
    path = find_rules("alibaba", places)
    assert path is not None
    about = load_facts(*facts_about("BABA", (), path).read, ticker="BABA")[0]
    rules = check_rules(path, places)
    assert isinstance(rules, Checked)
    found = run_rules(rules, about, AS_OF, places=places)
    assert isinstance(found, Run)
    return found


def test_it_gives_on_the_worked_example_what_the_reference_gives() -> None:
    run = worked_example()
    program, today = run.program, run.evaluation
    prepared = Prepared(today)
    also = (*program.sentences, *program.probabilities)
    names = [v for v in varied(today, frozenset(program.verdicts)) if isinstance(v, Varied) and v.today is not None]
    assert len(names) > 20
    for each in names[::2]:
        assert each.today is not None
        low, high = max(each.low, each.today * 0.7), min(each.high, each.today * 1.6)
        for ends in ((low, low), (min(low, high), max(low, high)), (high, high)):
            world = replace(today.world, replaced={each.name: const(run, each.name, ends[0])}, within={each.name: ends})
            assert_equal(prepared.evaluated(world, also=also), from_the_start(run, world))


def test_names_that_are_not_asked_for_stay_as_they_are_today() -> None:
    run = worked_example()
    today = run.evaluation
    world = replace(today.world, replaced={"cloud_growth": const(run, "cloud_growth", 0.01)})
    judge = from_the_start(run, world)
    found = Prepared(today).evaluated(world, {"long_term"})
    assert found.values["long_term"] == judge.values["long_term"] != today.values["long_term"]
    assert found.values["setup"] == today.values["setup"] != judge.values["setup"]


def test_today_is_evaluated_no_further_where_nothing_is_set() -> None:
    run = worked_example()
    assert_equal(Prepared(run.evaluation).evaluated(run.evaluation.world), run.evaluation)


def test_what_is_remembered_is_bounded() -> None:
    """Of many worlds a few states of each name stay."""
    run = worked_example()
    prepared = Prepared(run.evaluation, stated=False)
    for step in range(30):
        prepared.evaluated(
            replace(run.evaluation.world, replaced={"cloud_growth": const(run, "cloud_growth", 0.2 + step / 100)})
        )
    (plan,) = prepared._plans.values()
    parts = [*plan.names, *plan.parts.values()]
    assert max(len(part.states) for part in parts) == REMEMBERED


# --- what is easily taken for the same ---------------------------------------------------------------------------


def in_turn(run: Run, *drawn: World) -> list[tuple[str, ...] | None]:
    """What `call` comes to in some worlds, one after the other on one prepared evaluation, each as the reference says."""
    prepared, found = Prepared(run.evaluation), []
    for world in drawn:
        there = prepared.evaluated(world)
        assert_equal(there, from_the_start(run, world))
        words = there.read(there.values["call"])
        assert isinstance(words, Words)
        found.append(words.possible)
    return found


def setting(run: Run, **figures: float) -> World:
    return replace(run.evaluation.world, replaced={n: const(run, n, x) for n, x in figures.items()})


PILLAR = 'pillar p "?"\n'
CALL = 'verdict call "Call" when {} then "Yes" otherwise "No"\n'


def test_a_condition_that_reads_the_same_has_another_past() -> None:
    """Above 5 and above 3 alike today, but not in each of the last three quarters."""
    rules = (
        f'input x "X" : number per quarter\nparam least = 6\n{PILLAR}bull b on p when x > least\n'
        f"kill k when b for 3 quarters\n{CALL.format('b for 3 quarters')}"
    )
    run = ran(HEAD + rules, company(quarters("x", ["4", "4", "9"])))
    worlds = [setting(run, least=x) for x in (5.0, 3.0, 5.0, 8.0, 1.0)]
    assert in_turn(run, *worlds) == [("No",), ("Yes",), ("No",), ("No",), ("Yes",)]


def test_a_figure_that_reads_the_same_has_another_past() -> None:
    rules = (
        f'input x "X" : number per quarter\nparam least = 6\nmetric m = max(x, least)\n{PILLAR}bull b on p when qoq(m) > 60%\n'
        f"{CALL.format('b')}"
    )
    run = ran(HEAD + rules, company(quarters("x", ["4", "4", "9"])))
    assert in_turn(run, *(setting(run, least=x) for x in (5.0, 6.0, 4.5, 5.0))) == [
        ("Yes",),
        ("No",),
        ("Yes",),
        ("Yes",),
    ]


def test_a_dated_figure_that_reads_the_same_has_another_past() -> None:
    """`y` is dated: beside quarters it counts as it was at the end of each."""
    rules = (
        f'input x "X" : number per quarter\ninput y "Y" : number\nparam least = 6\n{PILLAR}bull d on p when y > least\n'
        f"bull b on p when d and x > 0 for 2 quarters\nmetric m = x * (if d then 2 else 1)\n{CALL.format('qoq(m) > 10%')}"
    )
    facts = quarters("x", ["4", "4", "4"])
    facts += f"  y:\n{fact('2025-12-20', 4, '2025-12-20', key='date')}{fact('2026-03-20', 9, '2026-03-20', key='date')}"
    run = ran(HEAD + rules, company(facts))
    assert in_turn(run, *(setting(run, least=x) for x in (5.0, 3.0, 8.0, 3.0))) == [
        ("Yes",),
        ("No",),
        ("Yes",),
        ("No",),
    ]


def test_a_kill_is_asked_for_otherwise_where_something_is_forced() -> None:
    """By an estimate alone it is near; in a world that assumes anything, the estimate may make it happen."""
    rules = (
        f'input x "X" : number per quarter\ninput y "Y" : number per quarter\nkill k "K" when x < 5\n'
        f"{PILLAR}bull b on p when y > 3\n{CALL.format('k has happened')}"
    )
    facts = quarters("x", ["7", "7"], last="2025-12-31") + quarters("y", ["2", "2", "2"])
    facts = facts.replace("  y:\n", fact("2026-03-31", 3, "2026-04-30", "estimate") + "  y:\n")
    run = ran(HEAD + rules, company(facts))
    atom = run.program.conditions["b"].when.address
    worlds = [replace(run.evaluation.world, forced={atom: truth}) for truth in (True, False)]
    found = in_turn(run, *worlds)
    today = run.evaluation.read(run.evaluation.values["call"])
    assert isinstance(today, Words)
    assert all(words != today.possible for words in found), "the reference says otherwise than today"
