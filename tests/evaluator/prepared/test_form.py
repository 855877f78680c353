"""Worlds of one form: what is read of them is what the reference evaluator gives from the start, with causes and facts."""

from __future__ import annotations

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from dsl.program import program as p
from dsl.types.units import FIGURES, Kind
from evaluator.engine.evaluate import laid_over
from evaluator.prepared.form import Form, Given, Whole
from evaluator.prepared.prepared import Prepared
from evaluator.session.run import Run
from tests.evaluator.prepared.test_prepared import EARLY, FIGURE, FORMS, from_the_start, worked_example
from tests.support.fact_strategies import company as company_of
from tests.support.fact_strategies import stores
from tests.support.runs import AS_OF, HEAD, checked, company, fact, quarters, ran
from tests.support.strategies import RuleFile, rule_files


def names_of(run: Run) -> list[str]:
    """What can be set: inputs, params and metrics of facts that are figures, truths or words today."""
    program, today = run.program, run.evaluation
    names = [n for n in program.order if n in program.inputs or n in program.params or n in today.given]
    kinds = {n: program.declared(n).type.single for n in names}  # type: ignore[attr-defined]
    return [n for n in names if kinds[n].kind in FIGURES or kinds[n].kind in (Kind.FLAG, Kind.CHOICE)]


def assert_alike(run: Run, form: Form, given: tuple[Given, ...], forced: tuple[bool, ...] = ()) -> bool:
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
    return not isinstance(found, Whole)


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
    return all([assert_alike(run, form, world) for world in worlds])


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(rule_files(), st.data())
def test_what_is_read_is_what_the_reference_gives(rules: RuleFile, data: st.DataObject) -> None:
    agrees(rules, data)


@settings(max_examples=3, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_so_it_is_of_paths_and_of_what_may_not_apply(data: st.DataObject) -> None:
    agrees(RuleFile((FORMS,), {}), data)
