"""Runs the `example`s of rules: each in a world where nothing is known but what it gives.

In: a `Program` and an as-of date. Out: `ExampleOutput`s. Must not know the command line.
"""

from __future__ import annotations

import datetime as dt

from dsl import program as p
from evaluator import graph as graphs
from evaluator.asof import view
from evaluator.evaluate import evaluate
from evaluator.explain import atoms, checks, reasons, shown, shown_type, state
from evaluator.expressions import Evaluation, World
from evaluator.outputs import ExampleOutput, Expectation


def run_examples(program: p.Program, as_of: dt.date) -> list[ExampleOutput]:
    """Every example of a program, in order."""
    order = graphs.order(graphs.build(program))
    found = []
    for example in program.examples:
        nothing = view(program, (), None, as_of, _currency(program, example))
        found.append(_run(example, evaluate(program, order, nothing, World(example.given))))
    return found


def _currency(program: p.Program, example: p.Example) -> str | None:
    """An example is about no company: where it and the rules name one currency, that is the reporting one."""
    exprs = [*example.given.values(), *(e for name in program.order for e in program.expressions(name))]
    named = {node.type.currency for expr in exprs for node in p.walk(expr) if node.type.currency}
    return next(iter(named)) if len(named) == 1 else None


def _run(example: p.Example, evaluation: Evaluation) -> ExampleOutput:
    expectations = [_expectation(evaluation, e) for e in example.expect]
    return ExampleOutput(
        title=example.title,
        origin=example.origin,
        passed=all(e.holds == "true" for e in expectations),
        given=[f"{name} = {value.text}" for name, value in example.given.items()],
        expectations=expectations,
    )


def _expectation(evaluation: Evaluation, expr: p.Expr) -> Expectation:
    truth = evaluation.truth(expr)
    holds = state(truth)
    instead = "" if holds == "true" else _instead(evaluation, expr)
    return Expectation(written=expr.text, holds=holds, instead=instead, file=expr.span.source.path, line=expr.span.line)


def _instead(evaluation: Evaluation, expr: p.Expr) -> str:
    """What came in place of what was expected, and why it is unknown if it is."""
    parts = []
    for atom in [*atoms(expr), *(n for n in p.walk(expr) if isinstance(n, p.IsKnown))]:
        operand = getattr(atom, "operand", None) or getattr(atom, "left", None) or atom
        value = evaluation.single(operand)
        parts.append(f"{operand.text} is {shown(evaluation, value, shown_type(evaluation.program, operand)).text}")
        for reason in reasons(evaluation.program, value.causes)[:3]:
            parts.append(f"{f'{reason.name} {reason.period}'.strip()}: {reason.reason}")
    return "; ".join(dict.fromkeys(parts)) or "; ".join(c.text for c in checks(evaluation, expr))
