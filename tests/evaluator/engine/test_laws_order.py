"""Declarative order: shuffling declarations and renaming names changes no outcome, status, state or score."""

from __future__ import annotations

import random
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from dsl.check.checker import Checked, check_file
from dsl.link.load import Library
from dsl.text.source import SourceFile
from evaluator.facts.model import Company
from evaluator.session.reading import load_facts
from evaluator.session.run import Run, run
from tests.dsl.syntax.test_parser_laws import pieces
from tests.paths import ROOT
from tests.support.fact_strategies import AS_OF, company, stores
from tests.support.strategies import RuleFile, rule_files

EARLY = AS_OF.replace(year=2024)
NAME = re.compile(r"\b(in|par|met|pil|con|ver)_(\d)\b")


def checked(text: str) -> Checked:
    found = check_file(SourceFile("x.thesis", text), Library(()))
    assert found.program is not None
    return found


def renamed(text: str) -> str:
    return NAME.sub(lambda m: f"z{m[2]}_{m[1][::-1]}", text)


def judged(text: str, about: Company) -> tuple[object, ...]:
    """All that a report decides, by names; names that were renamed are given back."""
    found = run(checked(text), about, AS_OF)
    assert isinstance(found, Run), found
    report = found.report()
    back = {renamed(n): n for n in (f"{p}_{d}" for p in ("in", "par", "met", "pil", "con", "ver") for d in range(10))}

    def old(name: str) -> str:
        return back.get(name, name)

    return (
        {old(v.name): (sorted(v.outcomes), v.decided) for v in report.verdicts},
        {old(p.name): sorted(p.statuses) for p in report.pillars},
        {old(c.name): (c.state, c.weight, [x.value.text for x in c.checks]) for c in report.conditions},
        report.score and (report.score.low, report.score.high),
        sorted((old(u.name), u.gain, u.score_gain) for u in report.unknowns) if len(report.unknowns) < 20 else None,
        {old(n.name): n.text for n in report.graph.nodes},
    )


@settings(max_examples=40)
@given(rule_files(), st.randoms(use_true_random=False), st.data())
def test_order_changes_no_outcome(rules: RuleFile, chance: random.Random, data: st.DataObject) -> None:
    program = checked(rules.text).program
    assert program is not None
    about = company(data.draw(stores(program, EARLY, AS_OF, 12)), [])
    rest = list(rules.declarations[1:])
    chance.shuffle(rest)
    before, after = judged(rules.text, about), judged("\n".join([rules.declarations[0], *rest]), about)
    assert before[:4] == after[:4]
    assert before[5] == after[5]


@settings(max_examples=40)
@given(rule_files(), st.data())
def test_names_change_no_outcome(rules: RuleFile, data: st.DataObject) -> None:
    program = checked(rules.text).program
    assert program is not None
    facts = data.draw(stores(program, EARLY, AS_OF, 12))
    moved = [f.model_copy(update={"name": renamed(f.name)}) for f in facts]
    before, after = judged(rules.text, company(facts, [])), judged(renamed(rules.text), company(moved, []))
    assert before[:4] == after[:4]
    assert before[5] == after[5]


@settings(max_examples=10)
@given(st.randoms(use_true_random=False))
def test_order_of_the_shipped_module_changes_no_outcome(chance: random.Random) -> None:
    text = (ROOT / "rules" / "ai_infrastructure.thesis").read_text("utf-8")
    about, problems = load_facts(ROOT / "rules" / "facts" / "BABA.yaml")
    assert about is not None, problems
    asked = set(re.findall(r"^(?:input|metric) (\w+)", text, re.MULTILINE))
    about = about.model_copy(update={"facts": tuple(f for f in about.facts if f.name in asked)})
    head, *rest = pieces(text)
    chance.shuffle(rest)
    assert judged("".join([head, *rest]), about) == judged(text, about)
