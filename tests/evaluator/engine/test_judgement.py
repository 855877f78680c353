"""Score, status and outcome against brute force: over every way in which unknown conditions may turn out."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from dsl.program.program import atoms
from evaluator.engine.evaluate import evaluate, evaluate_again
from evaluator.engine.evaluation import World
from evaluator.engine.verdicts import NO_ROW, score
from evaluator.explore.if_known import missing_figures
from evaluator.prepared.prepared import Prepared
from evaluator.report.unknowns import unknowns
from evaluator.values.values import Words
from tests.support.runs import HEAD, company, ran

STATES = ("true", "false", "unknown")


def rules(conditions: list[tuple[str, int, str, str]]) -> str:
    """Conditions on one pillar, each (side, weight, state of `when`, state of `applies when`)."""
    lines = [HEAD, 'pillar p "?"\n']
    for n, (side, weight, when, applies) in enumerate(conditions):
        lines += [
            f"input w{n} : flag\ninput a{n} : flag\n",
            f"{side} c{n} on p weight {weight} applies when a{n} when w{n}\n",
        ]
        del when, applies
    lines.append('verdict v "V" when p is supported then "Up" when p is undermined then "Down" when c0 then "First"\n')
    return "".join(lines)


def facts(conditions: list[tuple[str, int, str, str]]) -> str:
    words = {"true": "yes", "false": "no", "unknown": "unknown"}
    text = ""
    for n, (_, _, when, applies) in enumerate(conditions):
        for name, state in ((f"w{n}", when), (f"a{n}", applies)):
            text += f"  {name}:\n    - {{date: 2026-01-01, value: {words[state]}, published: 2026-01-01, kind: reported, source: S}}\n"
    return text


CONDITIONS = st.lists(
    st.tuples(st.sampled_from(["bull", "bear"]), st.integers(1, 4), st.sampled_from(STATES), st.sampled_from(STATES)),
    min_size=1, max_size=4,
)  # fmt: skip


def completions(conditions: list[tuple[str, int, str, str]]) -> list[list[tuple[str, int, bool, bool]]]:
    options = []
    for side, weight, when, applies in conditions:
        whens = [True, False] if when == "unknown" else [when == "true"]
        ways = [True, False] if applies == "unknown" else [applies == "true"]
        options.append([(side, weight, w, a) for w in whens for a in ways])
    return [list(choice) for choice in product(*options)]


def status(completion: list[tuple[str, int, bool, bool]]) -> str:
    bull = any(s == "bull" and w and a for s, _, w, a in completion)
    bear = any(s == "bear" and w and a for s, _, w, a in completion)
    return "contested" if bull and bear else "supported" if bull else "undermined" if bear else "open"


def outcome(completion: list[tuple[str, int, bool, bool]]) -> str:
    _, _, when, applies = completion[0]
    found = {"supported": "Up", "undermined": "Down"}.get(status(completion))
    return found or ("First" if when and applies else NO_ROW)


@given(CONDITIONS)
def test_against_every_completion(conditions: list[tuple[str, int, str, str]]) -> None:
    evaluation = ran(rules(conditions), company(facts(conditions))).evaluation
    ways = completions(conditions)
    ratios = []
    for way in ways:
        below = sum(weight for _, weight, _, applies in way if applies)
        above = sum(weight * (1 if side == "bull" else -1) for side, weight, when, applies in way if when and applies)
        if below:
            ratios.append(above / below)
    found = score(evaluation)
    assert (found is None) == (not ratios)
    if found is not None:
        assert (round(found.low, 9), round(found.high, 9)) == (round(min(ratios), 9), round(max(ratios), 9))
    pillar, verdict = evaluation.values["p"], evaluation.values["v"]
    assert isinstance(pillar, Words)
    assert isinstance(verdict, Words)
    assert set(pillar.possible or ()) == {status(w) for w in ways}
    assert {outcome(w) for w in ways} <= set(verdict.possible or ())


@given(CONDITIONS)
def test_a_world_again_is_the_world_anew(conditions: list[tuple[str, int, str, str]]) -> None:
    """Forcing a comparison and evaluating again what hangs on it gives what evaluating everything gives."""
    found = ran(rules(conditions), company(facts(conditions)))
    program, order = found.program, found.program.order
    condition = program.conditions["c0"]
    for forced in (True, False):
        world = World(forced={a.address: forced for a in atoms(condition.when)})
        anew = evaluate(program, order, found.evaluation.view, world)
        again = evaluate_again(found.evaluation, [n for n in order if n in ("c0", "p", "v")], world)
        assert anew.values == again.values


@given(CONDITIONS)
def test_knowing_more_leaves_fewer_outcomes(conditions: list[tuple[str, int, str, str]]) -> None:
    evaluation = ran(rules(conditions), company(facts(conditions))).evaluation
    verdict = evaluation.values["v"]
    assert isinstance(verdict, Words)
    for unknown in unknowns(evaluation, missing_figures(Prepared(evaluation)), ()):
        assert unknown.gain >= 0
        assert unknown.score_gain >= 0
        for narrowing in unknown.verdicts:
            assert narrowing.then < narrowing.now == len(verdict.possible or ())
            assert all(set(o) <= set(verdict.possible or ()) for o in narrowing.outcomes)
