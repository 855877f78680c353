"""Worlds of one form: what is read of them is what the reference evaluator gives from the start, with causes and facts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from dsl.program import program as p
from dsl.types.units import FIGURES, Kind
from evaluator.engine.evaluate import laid_over
from evaluator.explore.varied import Varied, varied
from evaluator.prepared.bare import bare
from evaluator.prepared.form import Form, Given, Whole
from evaluator.prepared.plain import Plain, plain
from evaluator.prepared.prepared import Prepared
from evaluator.session.run import Run
from evaluator.values.values import Facts, Single
from tests.evaluator.prepared.test_prepared import EARLY, FIGURE, FORMS, from_the_start, worked_example
from tests.support.fact_strategies import company as company_of
from tests.support.fact_strategies import stores
from tests.support.runs import AS_OF, HEAD, checked, company, fact, quarters, ran
from tests.support.strategies import RuleFile, rule_files

Quick = tuple[
    Callable[[Sequence[Plain]], tuple[Plain | Single, ...]],
    Callable[[Sequence[Plain]], tuple[tuple[Plain | Single, Facts], ...]],
]


def names_of(run: Run) -> list[str]:
    """What can be set: inputs, params and metrics of facts that are figures, truths or words today."""
    program, today = run.program, run.evaluation
    names = [n for n in program.order if n in program.inputs or n in program.params or n in today.given]
    kinds = {n: program.declared(n).type.single for n in names}  # type: ignore[attr-defined]
    return [n for n in names if kinds[n].kind in FIGURES or kinds[n].kind in (Kind.FLAG, Kind.CHOICE)]


def assert_alike(
    run: Run, form: Form, given: tuple[Given, ...], forced: tuple[bool, ...] = (), quick: Quick | None = None
) -> bool:
    """What is read is what the reference gives. Whether it was noted."""
    there = laid_over(form.plain, form.world(given, forced), lambda world: from_the_start(run, world))
    judge, found = Whole(there), form.at(given, forced)
    program = run.program
    for name in program.order:
        assert found.now(name) == judge.now(name), name
    for kill in program.kills:
        assert found.happened(kill) == judge.happened(kill), kill
    beside = {node.address for text in (*program.sentences, *program.probabilities) for node in p.walk(text)}
    for address in there.trace.keys() - beside:
        assert found.single(address) == judge.single(address), address
        assert found.currency(address) == judge.currency(address), address
    assert_quick(form, quick, given, judge)
    without = replace(form, bare=True).at(given, forced)
    if not isinstance(without, Whole):
        for address in there.trace.keys() - beside:
            assert bare(without.single(address)) == bare(judge.single(address)), address
        for kill in program.kills:
            assert bare(without.happened(kill)) == bare(judge.happened(kill)), kill
    return not isinstance(found, Whole)


def assert_quick(form: Form, quick: Quick | None, given: tuple[Given, ...], judge: Whole) -> None:
    """Plain figures, truths and words give what the values say that the reference gives."""
    if quick is None or not all(x[0] == x[1] for x in given if isinstance(x, tuple)):
        return
    program = form.prepared.today.program
    given_plain = [x[0] if isinstance(x, tuple) else x for x in given]
    for name, found, (value, rests) in zip(program.order, quick[0](given_plain), quick[1](given_plain), strict=True):
        wanted = judge.happened(name) if name in program.kills else judge.now(name)
        assert found == (wanted if not isinstance(found, float | bool | str) else plain(wanted)), name
        assert (value, rests) == (found, wanted.facts), name


@st.composite
def forms(draw: st.DrawFn, run: Run) -> tuple[tuple[str, ...], list[tuple[Given, ...]]]:
    """Some names, and in each of a few worlds what each is set to."""
    names = names_of(run)
    chosen = tuple(draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True))) if names else ()

    def value(name: str) -> Given:
        kind = run.program.declared(name).type.single  # type: ignore[attr-defined]
        if kind.kind is Kind.FLAG:
            return draw(st.booleans())
        if kind.kind is Kind.CHOICE:
            return draw(st.sampled_from(kind.options))
        today = getattr(run.evaluation.read(run.evaluation.values[name]), "low", 0.0)
        if draw(st.integers(0, 4)) == 0 and abs(today) < 1e300:
            return today, today
        a, b = draw(st.tuples(FIGURE, FIGURE))
        return (min(a, b), max(a, b)) if draw(st.booleans()) else (a, a)

    return chosen, [tuple(map(value, chosen)) for _ in range(draw(st.integers(1, 4)))]


def agrees(rules: RuleFile, data: st.DataObject) -> bool:
    program = checked(rules.text).program
    assert program is not None
    run = ran(rules.text, company_of(data.draw(stores(program, EARLY, AS_OF, 12)), []))
    names, worlds = data.draw(forms(run))
    note(rules.text)
    note(f"{names} {worlds}")
    form = Form(Prepared(run.evaluation, stated=False), run.plain(), names, frozenset(program.order))
    quick = (form.quick(program.order), form.quick_with_facts(program.order)) if names else None
    noted = [assert_alike(run, form, world, quick=quick) for world in worlds]
    return all(noted)


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(rule_files(), st.data())
def test_what_is_read_is_what_the_reference_gives(rules: RuleFile, data: st.DataObject) -> None:
    agrees(rules, data)


@settings(max_examples=3, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_so_it_is_of_paths_and_of_what_may_not_apply(data: st.DataObject) -> None:
    agrees(RuleFile((FORMS,), {}), data)


def test_the_worked_example_is_noted_for_every_name() -> None:
    """One name at a time, at one figure on either side and anywhere between two: no engine is needed for any of them."""
    run = worked_example()
    program, today = run.program, run.evaluation
    prepared, targets = Prepared(today, stated=False), frozenset({*program.verdicts, *program.kills})
    wanted = (*program.verdicts, *program.kills)
    names = [v for v in varied(today, targets) if isinstance(v, Varied) and v.today is not None]
    assert len(names) > 20
    for each in names[::3]:
        assert each.today is not None
        form = Form(prepared, today, (each.name,), targets)
        low, high = max(each.low, each.today * 0.7), min(each.high, each.today * 1.6)
        quick, grounded = form.quick(wanted), form.quick_with_facts(wanted)
        for ends in ((low, low), (min(low, high), max(low, high)), (high, high), (each.today, each.today)):
            found, judge = form.at((ends,)), Whole(form.evaluated((ends,)))
            assert not isinstance(found, Whole), each.name
            for name in wanted:
                assert found.now(name) == judge.now(name), name
            if ends[0] == ends[1]:
                values = [judge.happened(n) if n in program.kills else judge.now(n) for n in wanted]
                assert [x for x, _ in grounded(ends[:1])] == list(quick(ends[:1]))
                assert [facts for _, facts in grounded(ends[:1])] == [x.facts for x in values]


def test_forced_comparisons_are_given_as_figures_are() -> None:
    rules = f'{HEAD}input x "X" : number\nparam least = 3\npillar p "?"\nbull b on p when x > least and x < 9\n'
    run = ran(
        rules + 'verdict call "Call" when b then "Yes" otherwise "No"\n',
        company(f"  x:\n{fact('2026-03-31', 5, '2026-04-30', key='date')}"),
    )
    atoms = tuple(e.address for e in p.walk(run.program.conditions["b"].when) if isinstance(e, p.Compare))
    form = Form(
        Prepared(run.evaluation, stated=False), run.evaluation, ("least",), frozenset(run.program.order), forced=atoms
    )
    for truths in ((True, True), (True, False), (False, True)):
        assert assert_alike(run, form, ((8.0, 8.0),), truths)


def test_what_is_set_to_what_it_is_today_makes_no_kill_happen() -> None:
    """Near by an estimate alone: set to that it stays near, set to anything else below it happens. Each world is asked when the
    other is known already."""
    rules = f'{HEAD}input x "X" : number per quarter\ninput y "Y" : number per quarter\nkill k "K" when x < 5\n'
    rules += 'pillar p "?"\nbull b on p when y > 3\nverdict call "Call" when k has happened then "Out" otherwise "In"\n'
    facts = quarters("x", ["7", "7"], last="2025-12-31") + fact("2026-03-31", 3, "2026-04-30", "estimate")
    facts += quarters("y", ["2", "2", "2"])
    run = ran(rules, company(facts))
    form = Form(Prepared(run.evaluation, stated=False), run.evaluation, ("x",), frozenset({"k", "call"}))
    same, other = form.at(((3.0, 3.0),)), form.at(((4.0, 4.0),))
    judges = [Whole(form.evaluated((ends,))) for ends in ((3.0, 3.0), (4.0, 4.0))]
    assert judges[0].happened("k") != judges[1].happened("k")
    assert [f.now("call") for f in (other, same)] == [j.now("call") for j in reversed(judges)]
    assert [f.happened("k") for f in (same, other)] == [j.happened("k") for j in judges]
    assert [form.quick(["call"])([x]) for x in (4.0, 3.0)] == [("Out",), ("In",)]
