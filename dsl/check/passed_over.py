"""Outcomes that are reached past a row that means nothing: a lossmaker falls past `when dear then "Avoid"` into `otherwise "Own"`.

In: a `Program` without errors. Out: warnings, where such an outcome is bullish. Must not know facts.

A row means nothing where a metric that it asks for is outside its `meaningful when`. A later row is reached there unless it
needs the same metric itself, or a row between asks for that case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dsl.check.ranges import OPPOSITE, Facts, World, both, facts, may_hold
from dsl.program import program as p
from dsl.text.diagnostics import Diagnostic, Label
from dsl.text.edits import insert
from dsl.text.messages import make

Names = frozenset[str]
NONE: Names = frozenset()
_NEVER_LOST = re.compile(r"\b(?:revenues?|sales|turnover|shares|price|total assets)\b", re.IGNORECASE)
"""What every company that is looked at has: `thesis prove` speaks of the worlds in which it has none."""


def passed_over(program: p.Program) -> Iterator[Diagnostic]:
    """One warning for each bullish row that is reached so."""
    guarded = frozenset(n for n, m in program.metrics.items() if m.meaningful is not None)
    own = [v for v in program.verdicts.values() if v.origin == program.name]
    for verdict in own if guarded else ():
        yield from _Table(program, guarded).rows(verdict)


class _Table:
    """The rows of one table."""

    def __init__(self, program: p.Program, guarded: Names) -> None:
        self.program, self.guarded, self.plain = program, guarded, World(program)

    def rows(self, verdict: p.Verdict) -> Iterator[Diagnostic]:
        """Each bullish row with the first row above it that is passed though it says nothing."""
        for at, row in enumerate(verdict.rows):
            if row.tone != "bullish":
                continue
            above = verdict.rows[:at]
            for passed in above:
                if passed.when is None or passed.tone == "bullish" or passed.outcome == row.outcome:
                    continue
                name = self._reached(row, passed, above)
                if name is not None:
                    yield _warning(row, passed, name)
                    break

    def _reached(self, row: p.Row, passed: p.Row, above: tuple[p.Row, ...]) -> str | None:
        """The metric whose meaninglessness lets a row be passed and the later one be reached."""
        assert passed.when is not None
        needed = self._needs(row.when) if row.when is not None else NONE
        asked = frozenset().union(*(self._asked(r.when) for r in above if r.when is not None))
        known: Facts = facts(self.plain, row.when) if row.when is not None else {}
        known = both(known, *(facts(self.plain, r.when, truth=False) for r in above if r.when is not None))
        world = World(self.program, known)
        for name in self.program.order:
            if name in self._metrics(passed.when) - needed - asked:
                meaningful = self.program.metrics[name].meaningful
                if meaningful is not None and not self._rare(meaningful) and not _holds(world, meaningful):
                    return name
        return None

    def _rare(self, meaningful: p.Expr) -> bool:
        """Whether a ratio means nothing only of a company that hardly exists: one without revenue, or without shares."""
        below = (self.program.inputs.get(name) for name in self.program.below(p.names_in(meaningful)))
        asked = [declared for declared in below if declared is not None]
        return bool(asked) and all(_NEVER_LOST.search(f"{d.name.replace('_', ' ')} {d.title}") for d in asked)

    def _metrics(self, expr: p.Expr) -> Names:
        """The guarded metrics that can make an expression mean nothing: a status, an outcome and what is known never do."""
        if isinstance(expr, p.IsKnown | p.IsMeaningful | p.IsEvent | p.IsWord):
            return NONE
        if isinstance(expr, p.Ref):
            below = self.program.below([expr.name], stop={*self.program.pillars, *self.program.verdicts})
            return self.guarded & frozenset(below)
        return frozenset().union(*(self._metrics(child) for child in p.children(expr)))

    def _needs(self, expr: p.Expr, truth: bool = True, depth: int = 0) -> Names:
        """The guarded metrics that must mean something for an expression to be true (or false)."""
        match expr:
            case p.Not():
                return self._needs(expr.operand, not truth, depth)
            case p.IsTruth():
                return self._needs(expr.operand, truth == expr.wanted, depth)
            case p.Logic():
                parts = [self._needs(item, truth, depth) for item in expr.items]
                every = (expr.operator == "and") == truth
                return frozenset().union(*parts) if every else frozenset.intersection(*parts)
            case p.Ref() if expr.name in self.program.conditions and depth < 8:
                condition = self.program.conditions[expr.name]
                applies = condition.applies if truth else None
                also = self._needs(applies, True, depth + 1) if applies is not None else NONE
                return also | self._needs(condition.when, truth, depth + 1)
            case p.IsMeaningful():
                return self._metrics(expr.operand) if truth else NONE
            case p.If():
                taken = [self._needs(value, truth, depth) for value in expr.values]
                return self._metrics(expr.conditions[0]) | frozenset.intersection(*taken)
            case p.IsWord(operand=p.Ref(name=name)) if name in self.program.pillars and truth and depth < 8:
                side = {"supported": p.Side.BULL, "undermined": p.Side.BEAR}.get(expr.word)
                ways = [self._needs(c.when, True, depth + 1) for c in self.program.speaking(name) if c.side is side]
                return frozenset.intersection(*ways) if ways else NONE
            case _:
                return self._metrics(expr)

    def _asked(self, expr: p.Expr) -> Names:
        """The metrics of which a row holds wherever they mean nothing: `pe is not meaningful or …`."""
        match expr:
            case p.Not(operand=p.IsMeaningful(operand=inner)):
                return self._metrics(inner)
            case p.Logic(operator="or"):
                return frozenset().union(*(self._asked(item) for item in expr.items))
            case _:
                return NONE


def _holds(world: World, expr: p.Expr) -> bool:
    """Whether a condition is sure to hold."""
    match expr:
        case p.Logic():
            held = [_holds(world, item) for item in expr.items]
            return all(held) if expr.operator == "and" else any(held)
        case p.Compare():
            return not may_hold(OPPOSITE[expr.operator], world.of(expr.left), world.of(expr.right))
        case _:
            return False


def _warning(row: p.Row, passed: p.Row, name: str) -> Diagnostic:
    tone = f" {passed.tone}" if passed.tone else ""
    said = f'when {name} is not meaningful then "{passed.outcome}"{tone}'
    labels = [Label(passed.span, f"passed where `{name}` means nothing")]
    return make("T088", row.span, labels=labels, fixes=[insert(row.span, f"{said}\n  ", f"put `{said}` before it")],
                outcome=row.outcome, passed=passed.outcome, name=name, mend=f"say before it what counts then: `{said}`")  # fmt: skip
