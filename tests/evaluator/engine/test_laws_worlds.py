"""A world in which nothing is different is today's; knowing more turns nothing that was decided."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from dsl.program import program as p
from evaluator.engine.evaluate import evaluate, laid_over
from evaluator.engine.evaluation import Evaluation, World
from evaluator.facts.model import Fact
from evaluator.known.choose import FIRM
from evaluator.session.run import Run
from evaluator.values.series import Series
from evaluator.values.step import Step
from evaluator.values.values import Day, Figure, Single, Truth, Words
from tests.support.narrowing import nothing_wider
from tests.support.runs import company, quarters, ran
from tests.support.stories import ATOMS, NAMES, about, facts, stories, truths

AS_OF = dt.date(2027, 6, 30)
"""By then all facts of a story have been published."""
METRICS = """
metric m0 = latest(price) / latest(eps)
metric m1 = change(pe_year) + average(pe_year, 2 years)
metric m2 = average(pe, 30 days)
metric m3 = growth * share
metric m4 = yoy(earned) + qoq(earned)
metric m5 = ttm(earned) / equity
metric m6 = max(growth, 0%) - min(share, rival)
"""


@st.composite
def rules(draw: st.DrawFn, atoms: tuple[str, ...] = ATOMS) -> str:
    """A few conditions, a table over them, a kill, on the names of stories."""
    lines = [f"rules main since 2025-03-01\n{NAMES}{METRICS}", 'pillar p "?"']
    for n in range(draw(st.integers(1, 3))):
        applies = f"applies when {draw(truths(atoms, 1))}" if draw(st.integers(0, 3)) == 0 else ""
        side = draw(st.sampled_from(["bull", "bear"]))
        lines.append(f'{side} c{n} "C" on p weight {draw(st.integers(1, 3))} {applies} when {draw(truths(atoms))}')
    lines.append(f'kill k "K" by 2026-06-30 when {draw(truths(atoms, 2))}')
    lines.append(f'catalyst d "D" on 2026-06-30 expects {draw(truths(atoms, 2))}')
    row = draw(st.sampled_from(["p is supported", "c0", "k has happened", "d is met"]))
    lines.append(
        f'verdict v "V" when {row} then "Up" when {draw(truths(atoms, 2))} then "Down" when d is missed then "Out"'
    )
    return "\n".join(lines) + "\n"


def bare(value: Single) -> object:
    """A value without its causes, and the facts on which it rests."""
    if isinstance(value, Figure):
        return round(value.low, 9), round(value.high, 9), value.undefined, value.nm
    return (
        value.possible if isinstance(value, Truth | Words) else value.value if isinstance(value, Day) else value.members
    )


def today(evaluation: Evaluation) -> dict[str, object]:
    """What each name comes to."""
    return {name: bare(evaluation.of(name)) for name in evaluation.values}


def written(declared: p.Input, value: Single) -> p.Expr | None:
    """Today's value of an input as a scenario writes it; None where it has none that can be written."""
    span, kind = declared.span, declared.type.single
    if isinstance(value, Figure):
        return p.Const(span, kind, value.low) if value.is_exact and not value.nm else None
    return p.Const(span, kind, value.value) if isinstance(value, Truth) and value.known else None


def nothing_assumed(text: str, story: list[Fact]) -> None:
    """Each input alone, and all of them together."""
    note(text)
    before = ran(text, about(story), AS_OF).evaluation
    program, same = before.program, {}
    for name, declared in program.inputs.items():
        value = before.values[name]
        const = written(declared, before.of(name))
        has_now = not isinstance(value, Series) or before.reading(value) in value.points
        if const is not None and has_now and not (isinstance(value, Step) and not value.now.known):
            same[name] = const

    def there(world: World) -> Evaluation:
        return evaluate(program, program.order, before.view, world, (), before.events, before.past)

    for world in (*({n: c} for n, c in same.items()), same):
        after = laid_over(before, World(dict(world)), there)
        assert today(after) == today(before), sorted(world)


@settings(max_examples=15)
@given(rules(), stories(), stories(6, expected=True))
def test_an_assumption_that_is_so_already_changes_nothing(text: str, story: list[Fact], expected: list[Fact]) -> None:
    """Also where what is so is only expected: who assumes an estimate assumes nothing new."""
    nothing_assumed(text, [*story, *expected])


@pytest.mark.soak
@settings(max_examples=1500)
@given(rules(), stories(30), stories(12, expected=True))
def test_an_assumption_that_is_so_already_changes_nothing_soak(
    text: str, story: list[Fact], expected: list[Fact]
) -> None:
    nothing_assumed(text, [*story, *expected])


ASSUMED = (
    "growth = 45%", "growth = -5%", "equity = -1bn CNY", "earned = 0 CNY", "eps = -2 CNY", "price = 500 CNY", "share = 35%",
    "rival = 90%", "signed = true", "signed = false", "pe = 3x", "roe = 40%", "lead = -50pp", "share = 10%, rival = 20%",
)  # fmt: skip


@settings(max_examples=20)
@given(rules(), stories(), st.sampled_from(ASSUMED))
def test_a_world_that_takes_over_what_rests_on_nothing_assumed_is_the_world_anew(
    text: str, story: list[Fact], assumed: str
) -> None:
    note(text)
    taken_over(ran(f'{text}scenario s "S" probability 10% assume {assumed}\n', about(story), AS_OF))


def taken_over(found: Run) -> Evaluation:
    """The world of the scenario `s`, which must be what evaluating all of it gives."""
    program, before = found.program, found.evaluation
    again = found.beside().scenarios["s"]
    also = (*program.sentences, *program.probabilities)
    world = World(program.assumptions("s"))
    anew = evaluate(program, program.order, before.view, world, also, before.events, before.past)
    for what in ("values", "judged", "rows", "paths", "given", "currencies", "stated"):
        assert getattr(again, what) == getattr(anew, what), what
    assert {a: t for a, t in again.trace.items() if a in anew.trace} == anew.trace
    return again


def test_what_asks_for_an_event_is_evaluated_again_in_every_world() -> None:
    """A kill that only an estimate makes true is judged otherwise in a world that assumes something."""
    text = (
        'rules main\ninput a : percent per quarter\ninput b : percent\npillar p "?"\nbull c on p when b > 1%\n'
        'kill k "K" when a < 10%\nverdict v "V" when k has happened then "Out" otherwise "In"\n'
        'scenario s "S" probability 10% assume b = 5%\n'
    )
    found = ran(text, company(quarters("a", ["5%"], kind="estimate")))
    taken_over(found)
    assert found.program.reading(["b"]) >= {"v.rows.1.when", "c.when"}
    assert "k.when" not in found.program.reading(["b"])


# --- the law of information ------------------------------------------------------------------------------------


PLAIN = tuple(a for a in ATOMS if "latest(" not in a and not a.startswith("pe"))
"""`latest` (and what is made of it) asks for what is newest: another fact may be newer."""
ASKED = ("growth", "equity", "earned", "share", "rival", "signed")
LATE = dt.date(2027, 6, 29)


def open_facts(story: list[Fact], drawn: list[Fact]) -> list[Fact]:
    """The first drawn fact about a name and a period of which nothing has been said, that brings no newer period to be read;
    none where there is none."""
    said = {(f.name, f.period or f.date) for f in story}
    firm = [f.period for f in story if f.name in ("growth", "equity", "earned") and f.period and f.kind in FIRM]
    newest = max(firm, default="")

    def fits(fact: Fact) -> bool:
        if fact.period is None:
            return fact.name not in {f.name for f in story}
        return (fact.name, fact.period) not in said and fact.period <= newest

    return [f.model_copy(update={"published": LATE}) for f in drawn if fits(f)][:1]


MORE = st.lists(st.sampled_from(ASKED).flatmap(lambda n: facts(n, exact=True)), min_size=1, max_size=3)


def nothing_decided_turns(text: str, story: list[Fact], more: list[Fact]) -> None:
    note(text)
    before, after = (ran(text, about(s), AS_OF).evaluation for s in (story, [*story, *more]))
    nothing_wider(before, after)
    for name, event in before.events.items():
        if event.day is not None:
            assert (after.events[name].status, after.events[name].day) == (event.status, event.day), name


@settings(max_examples=20)
@given(rules(PLAIN), stories(8), MORE)
def test_a_fact_about_what_is_open_turns_nothing_decided(text: str, story: list[Fact], drawn: list[Fact]) -> None:
    nothing_decided_turns(text, story, open_facts(story, drawn))


@pytest.mark.soak
@settings(max_examples=2000)
@given(rules(PLAIN), stories(20), MORE)
def test_a_fact_about_what_is_open_turns_nothing_soak(text: str, story: list[Fact], drawn: list[Fact]) -> None:
    nothing_decided_turns(text, story, open_facts(story, drawn))
