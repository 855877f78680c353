"""Runs the `example`s of rules: each in a world where nothing is known but what it gives.

In: a `Program` and an as-of date. Out: each example with its evaluation and whether it held, also as `ExampleOutput`.
Must not know the command line.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from dsl.check.checker import check_file
from dsl.link.load import Library
from dsl.lowering.by_period import assumptions
from dsl.program import program as p
from evaluator.engine import graph as graphs
from evaluator.engine.evaluate import evaluate
from evaluator.engine.evaluation import Evaluation, World
from evaluator.known.asof import view
from evaluator.report.checks import checks, reasons, shown, shown_type, state
from evaluator.report.reasons import rests_on
from evaluator.schema.commands import ExampleOutput, Expectation


@dataclass(frozen=True)
class Ran:
    """An example that was run: what came of its world, and what of its expectations."""

    example: p.Example
    evaluation: Evaluation
    output: ExampleOutput

    @property
    def passed(self) -> bool:
        """Whether every expectation held."""
        return self.output.passed

    @property
    def failed(self) -> bool:
        """Whether one did not, and not for what a thesis changed of its module."""
        return not (self.output.passed or self.output.changed)


def run_linked(program: p.Program, as_of: dt.date, places: Library) -> list[Ran]:
    """Every example of a program. One of a module that does not hold here, and does where the module stands alone, is
    marked as changed: the thesis says something else, and that is its right."""
    alone: dict[str, dict[int, bool]] = {}
    found = []
    for ran in run_examples(program, as_of):
        source = ran.example.span.source
        if not ran.passed and ran.example.origin != program.name:
            if source.path not in alone:
                module = check_file(source, places).program
                again = run_examples(module, as_of) if module is not None else []
                alone[source.path] = {r.example.span.start: r.passed for r in again if r.example.span.source == source}
            if alone[source.path].get(ran.example.span.start, False):
                ran = replace(ran, output=ran.output.model_copy(update={"changed": True}))
        found.append(ran)
    return found


def run_examples(program: p.Program, as_of: dt.date, examples: Iterable[p.Example] | None = None) -> list[Ran]:
    """Every example of a program (or those named), in order."""
    order = graphs.order(graphs.build(program))
    found = []
    for example in program.examples if examples is None else examples:
        nothing = view(program, (), None, as_of, currency(program, example.given.values()))
        expected = (x.condition for x in example.expect)
        evaluation = evaluate(program, order, nothing, World(example.given, alone=True), expected)
        found.append(Ran(example, evaluation, _output(example, evaluation)))
    return found


def currency(program: p.Program, given: Iterable[p.Expr]) -> str | None:
    """An example is about no company: where it and the rules name one currency, that is the reporting one; an input that is
    `in EUR` beside amounts that are all in USD leaves it at that."""
    exprs = list(given)
    amounts = {c for c in _amounts(program, exprs) if c is not None}
    named = amounts if len(amounts) == 1 else currencies(program, exprs)
    return next(iter(named)) if len(named) == 1 else None


def _amounts(program: p.Program, given: Iterable[p.Expr]) -> Iterator[str | None]:
    """The currencies of amounts that are written out."""
    for expr in (*given, *(e for name in program.order for e in program.expressions(name))):
        yield from (node.type.currency for node in p.walk(expr) if isinstance(node, p.Const))


def currencies(program: p.Program, given: Iterable[p.Expr]) -> set[str]:
    """The currencies that rules and given values name."""
    exprs = [*given, *(e for name in program.order for e in program.expressions(name))]
    return {node.type.currency for expr in exprs for node in p.walk(expr) if node.type.currency}


def _output(example: p.Example, evaluation: Evaluation) -> ExampleOutput:
    expectations = [_expectation(evaluation, e) for e in example.expect]
    return ExampleOutput(
        title=example.title,
        origin=example.origin,
        file=example.span.source.path,
        line=example.span.line,
        passed=all(e.holds == "true" for e in expectations),
        changed=False,
        given=[text for name, value in example.given.items() for text in assumptions(name, value)],
        expectations=expectations,
    )


def _expectation(evaluation: Evaluation, expected: p.Expectation) -> Expectation:
    expr = expected.condition
    holds = state(evaluation.truth(expr))
    instead = "" if holds == "true" else _instead(evaluation, expr)
    if holds == "true" and expected.because:
        rests = rests_on(evaluation, expr)
        missing = [r.name for r in expected.because if r.name not in rests]
        if missing:
            holds, instead = "false", _other_reasons(evaluation, expr, missing, rests)
    return Expectation(
        written=expected.text, holds=holds, instead=instead, file=expr.span.source.path, line=expr.span.line
    )


def _other_reasons(evaluation: Evaluation, expr: p.Expr, missing: list[str], rests: frozenset[str]) -> str:
    """It came out as expected, but rests on other names: nearest first, no further than the figures."""
    given = evaluation.world.replaced
    asked = p.names_in(expr)
    nearest = [n for n in evaluation.program.order if n in rests and (n not in asked or len(asked) > 1)]
    nearest = [n for n in reversed(nearest) if n not in evaluation.program.params or n in given]
    listed = ", ".join(nearest[:6]) or "nothing that the rules name"
    return f"it is so, but not because of {' and '.join(missing)}: it rests on {listed}"


def _instead(evaluation: Evaluation, expr: p.Expr) -> str:
    """What came in place of what was expected, and why it is unknown if it is."""
    parts = []
    for atom in [*p.atoms(expr), *(n for n in p.walk(expr) if isinstance(n, p.IsKnown))]:
        operand = getattr(atom, "operand", None) or getattr(atom, "left", None) or atom
        value = evaluation.single(operand)
        parts.append(f"{operand.text} is {shown(evaluation, value, shown_type(evaluation.program, operand)).text}")
        for reason in reasons(evaluation.program, value.causes)[:3]:
            parts.append(f"{f'{reason.name} {reason.period}'.strip()}: {reason.reason}")
    return "; ".join(dict.fromkeys(parts)) or "; ".join(c.text for c in checks(evaluation, expr))
