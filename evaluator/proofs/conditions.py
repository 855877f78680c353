"""Proofs of conditions and pillars: what can be true and false, what excludes each other, what can fail.

In: the encoders of a program, a declaration, a budget. Out: findings. Must not know how questions are answered.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

from dsl.program import program as p
from dsl.text.diagnostics import Label
from dsl.text.record import record
from evaluator.engine.evaluation import Evaluation
from evaluator.proofs.encoding.encode import Encoder
from evaluator.proofs.encoding.logic import Bool, both, either, no
from evaluator.proofs.encoding.terms import Tri
from evaluator.proofs.encoding.worlds import Encoders
from evaluator.proofs.findings import Finding, Witness, finding
from evaluator.proofs.prover import Outcome, Prover, expressions_below, named, parts
from evaluator.proofs.verdict_tables import caveat, excluding
from evaluator.proofs.witness import Found
from evaluator.values.series import expect
from evaluator.values.values import May, Truth, Words


@record
class Subject:
    """Something that is true or false: a condition, a kill, a catalyst."""

    kind: str
    name: str
    when: p.Expr
    applies: p.Expr | None


def subjects(program: p.Program) -> list[Subject]:
    """Every condition, kill and catalyst."""
    found = [Subject(c.side.value, c.name, c.when, c.applies) for c in program.conditions.values()]
    found += [Subject("kill", k.name, k.when, None) for k in program.kills.values()]
    return found + [Subject("catalyst", c.name, c.expects, None) for c in program.catalysts.values()]


def prove_condition(encoders: Encoders, subject: Subject, seconds: float) -> list[Finding]:
    """Whether a condition can be true, can be false, and can apply or not."""
    return _Condition(encoders, subject, seconds).findings()


class _Condition:
    def __init__(self, encoders: Encoders, subject: Subject, seconds: float) -> None:
        self.program, self.subject, self.seconds = encoders.program, subject, seconds
        self.prover = Prover(encoders, seconds, subject.name)

    @cached_property
    def figures(self) -> list[str]:
        """The figures that it speaks of."""
        subject = self.subject
        return named(self.program, [subject.when] if subject.applies is None else [subject.applies, subject.when])

    def findings(self) -> list[Finding]:
        """Every finding about the condition."""
        true = self.prover.outcome(self._true, lambda e: self._value(e) is True)
        false = self.prover.outcome(self._false, self._fails)
        found: list[Finding] = []
        but = caveat(true, false)
        if true.never and false.never and not self._never_applies():
            found.append(self._finding("P008", but))
        elif true.never:
            clash = self.prover.clash(parts(self.subject.applies, self.subject.when))
            found.append(self._finding("P006", but, self._near_miss(clash), excluding(clash)))
        elif false.never:
            found.append(self._finding("P007", but, self._show(self._true, "is true")))
        if Outcome.UNDECIDED in (true, false):
            ways = [w for w, o in (("true", true), ("false", false)) if o is Outcome.UNDECIDED]
            what = f"whether {self.subject.kind} `{self.subject.name}` can be {' and '.join(ways)}"
            found.append(
                finding("P011", self.subject.when.span, self.subject.name, what=what, seconds=f"{self.seconds:g}")
            )
        return found + self._always_applies()

    def _never_applies(self) -> bool:
        applies = self.subject.applies
        if applies is None:
            return False
        return self.prover.outcome(lambda e: [e.truth(applies).can_true], lambda ev: may_apply(ev, applies)).never

    def _near_miss(self, clash: Sequence[p.Expr]) -> Witness | None:
        near = self.prover.near_miss(clash, f"{self.subject.name} is not true")
        return near or self._show(self._false, "is false")

    def _always_applies(self) -> list[Finding]:
        applies = self.subject.applies
        if applies is None:
            return []
        leaves = self.prover.outcome(
            lambda e: [no(e.truth(applies).can_true)], lambda evaluation: not may_apply(evaluation, applies)
        )
        if not leaves.never:
            return []
        shown = self.prover.examples.find(
            lambda e: [e.truth(applies).true], lambda evaluation: evaluation.truth(applies).value is True, self.figures
        )
        witness = None
        if isinstance(shown, Found) and "#" not in applies.text:
            witness = Witness(f"{self.subject.name} applies", shown.texts, (applies.text,))
        return [finding("P013", applies.span, self.subject.name, witness=witness)]

    def _finding(self, code: str, but: str = "", witness: Witness | None = None, why: str = "") -> Finding:
        subject = self.subject
        return finding(code, subject.when.span, subject.name, witness=witness, kind=subject.kind, caveat=but, why=why)

    def _true(self, e: Encoder) -> Sequence[Bool]:
        return [truth_of(e, self.subject.name).true]

    def _false(self, e: Encoder) -> Sequence[Bool]:
        """False while it applies: what does not apply, or is not meaningful, says nothing."""
        applies = self.subject.applies
        return [e.truth(self.subject.when).false, e.truth(applies).can_true if applies is not None else True]

    def _fails(self, evaluation: Evaluation) -> bool:
        return may_apply(evaluation, self.subject.applies) and evaluation.truth(self.subject.when).value is False

    def _value(self, evaluation: Evaluation) -> bool | None:
        return value_of(evaluation, self.subject.name)

    def _show(self, goals: Callable[[Encoder], Sequence[Bool]], state: str) -> Witness | None:
        wanted = state == "is true"
        found = self.prover.examples.find(goals, lambda e: self._value(e) is wanted, self.figures)
        if not isinstance(found, Found) or self.subject.kind == "catalyst":
            return None
        name = self.subject.name
        return Witness(f"{name} {state}", found.texts, (f"{name} {state}",))


def truth_of(encoder: Encoder, name: str) -> Tri:
    """The term of a condition by name."""
    term = encoder.name(name)
    assert isinstance(term, Tri)
    return term


def value_of(evaluation: Evaluation, name: str) -> bool | None:
    """What a condition is in an evaluation."""
    return expect(evaluation.of(name), Truth).value


def may_apply(evaluation: Evaluation, applies: p.Expr | None) -> bool:
    """Whether `applies when` does not rule a condition out; what is not meaningful does."""
    return applies is None or bool(evaluation.truth(applies).possible & May.TRUE)


def is_supported(evaluation: Evaluation, pillar: str) -> bool:
    """Whether a pillar stands."""
    words = evaluation.values[pillar]
    return isinstance(words, Words) and words.possible == ("supported",)


# --- pillars ---------------------------------------------------------------------------------------------------------


def prove_pillar(encoders: Encoders, pillar: p.Pillar, seconds: float) -> list[Finding]:
    """Whether a pillar can fail, and which bulls and bears on it exclude each other."""
    return _Pillar(encoders, pillar, seconds).findings()


class _Pillar:
    def __init__(self, encoders: Encoders, pillar: p.Pillar, seconds: float) -> None:
        self.program, self.pillar, self.seconds = encoders.program, pillar, seconds
        own = self.program.speaking(pillar.name)
        self.bulls = [c for c in own if c.side is p.Side.BULL]
        self.bears = [c for c in own if c.side is p.Side.BEAR]
        self.prover = Prover(encoders, seconds, pillar.name)

    @cached_property
    def figures(self) -> list[str]:
        """The figures that its conditions speak of."""
        return named(self.program, expressions_below(self.program, self.pillar.name))

    def findings(self) -> list[Finding]:
        """Every finding about the pillar."""
        fails = self.prover.outcome(self._fails, self._has_failed)
        found: list[Finding] = []
        if fails.never:
            but = caveat(fails)
            found.append(finding("P010", self.pillar.span, self.pillar.name, witness=self._stands(), caveat=but))
        elif fails is Outcome.UNDECIDED:
            what = f"whether pillar `{self.pillar.name}` can be falsified"
            found.append(finding("P011", self.pillar.span, self.pillar.name, what=what, seconds=f"{self.seconds:g}"))
        return found + [f for bull in self.bulls for bear in self.bears for f in self._pair(bull, bear)]

    def _fails(self, e: Encoder) -> Sequence[Bool]:
        ways = [truth_of(e, bear.name).true for bear in self.bears]
        for bull in self.bulls:
            applies = e.truth(bull.applies).can_true if bull.applies is not None else True
            ways.append(both(e.truth(bull.when).false, applies))
        return [either(*ways)]

    def _has_failed(self, evaluation: Evaluation) -> bool:
        return any(value_of(evaluation, b.name) for b in self.bears) or any(
            evaluation.truth(b.when).value is False and may_apply(evaluation, b.applies) for b in self.bulls
        )

    def _stands(self) -> Witness | None:
        """A world in which the pillar is supported."""
        name = self.pillar.name
        found = self.prover.examples.find(
            lambda e: [e.side(name, p.Side.BULL).true, no(e.side(name, p.Side.BEAR).can_true)],
            lambda evaluation: is_supported(evaluation, name),
            self.figures,
        )
        return Witness(f"{name} stands", found.texts, (f"{name} is supported",)) if isinstance(found, Found) else None

    def _pair(self, bull: p.Condition, bear: p.Condition) -> list[Finding]:
        """A bull and a bear that speak of the same figures and can never both hold, though each can."""
        shared = p.names_in(bull.when) & p.names_in(bear.when)
        if not [n for n in shared if n not in self.program.params]:
            return []
        alone = [self.prover.outcome(lambda e, c=c: [truth_of(e, c.name).true]) for c in (bull, bear)]  # type: ignore[misc]
        if any(o.never for o in alone):
            return []  # said of the condition itself
        goals = lambda e: [truth_of(e, bull.name).true, truth_of(e, bear.name).true]  # noqa: E731
        if not self.prover.outcome(goals).never:
            return []
        neither = self.prover.outcome(lambda e: [no(truth_of(e, c.name).can_true) for c in (bull, bear)])
        witness = self._one_of(bull, bear)
        twice = " and one of them always does once it is known: it is one test, counted twice" if neither.never else ""
        labels = [Label(bull.when.span, f"bull `{bull.name}`")]
        return [finding("P009", bear.when.span, bear.name, witness=witness, labels=labels, bull=bull.name,
                        pillar=self.pillar.name, twice=twice)]  # fmt: skip

    def _one_of(self, bull: p.Condition, bear: p.Condition) -> Witness | None:
        found = self.prover.examples.find(
            lambda e: [truth_of(e, bull.name).true],
            lambda evaluation: value_of(evaluation, bull.name) is True and value_of(evaluation, bear.name) is not True,
            [n for n in self.figures if n in p.names_in(bull.when, bear.when)],
        )
        if not isinstance(found, Found):
            return None
        truth = expect(found.evaluation.of(bear.name), Truth)
        bear_state = "false" if truth.value is False else "not meaningful" if truth.nm else "unknown"
        expect_ = (f"{bull.name} is true", f"{bear.name} is {bear_state}")
        return Witness(f"{bull.name} excludes {bear.name}", found.texts, expect_)
