"""Every expression of a program gets its address: the declaration it stands in, the clause, its place in the clause.

In: a `Program`. Out: the same with addresses. Must not know what is evaluated or shown.

`thin_margin.when` is the condition of a bear, `thin_margin.when.2` the second part of it, `setup.rows.3.when` the third
row of a table, `setup.rows.3.because.1` the first figure in its text, `examples.4.expect.1` an expectation. The same
text gives the same addresses in any process, so that what was found out about an expression can be kept beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from dsl.program import program as p
from dsl.program.declared import Valuation
from dsl.text.source import Span
from dsl.types.units import Type


def addressed(program: p.Program) -> p.Program:
    """The program with an address at every expression."""
    return replace(
        program,
        params={n: replace(x, versions=_versions(x)) for n, x in program.params.items()},
        metrics={n: _metric(x) for n, x in program.metrics.items()},
        forecasts={
            n: replace(x, starts=at(x.starts, f"{n}.starts"), then=at(x.then, f"{n}.then"))
            for n, x in program.forecasts.items()
        },
        pillars={n: replace(x, applies=_applies(x)) for n, x in program.pillars.items()},
        conditions={n: _condition(x) for n, x in program.conditions.items()},
        verdicts={n: replace(x, rows=_rows(x), applies=_applies(x)) for n, x in program.verdicts.items()},
        scenarios={n: _scenario(x) for n, x in program.scenarios.items()},
        catalysts={
            n: replace(x, expects=at(x.expects, f"{n}.expects"), because=_text(x.because, n))
            for n, x in program.catalysts.items()
        },
        kills={
            n: replace(x, when=at(x.when, f"{n}.when"), because=_text(x.because, n)) for n, x in program.kills.items()
        },
        examples=tuple(_example(x, number) for number, x in enumerate(program.examples, 1)),
    )


E = TypeVar("E", bound=p.Expr)
_PLAIN = frozenset({str, float, bool, type(None), Span, Type})
"""What holds no expression: most parts are of these kinds, and are passed over first."""


def at(expr: E, address: str) -> E:
    """An expression and all inside it with their addresses: the parts are numbered from 1 in the order of the text."""
    kind, parts, number = type(expr), list[Any](), 0
    for slot in kind.__match_args__:  # all parts but the address
        value = getattr(expr, slot)
        if type(value) in _PLAIN:
            pass
        elif isinstance(value, p.Expr):
            number += 1
            value = at(value, f"{address}.{number}")
        elif isinstance(value, tuple) and value and isinstance(value[0], p.Expr):
            count = len(value)
            value = tuple([at(v, f"{address}.{number + n}") for n, v in enumerate(value, 1)])
            number += count
        parts.append(value)
    return kind(*parts, address=address)


def _versions(param: p.Param) -> tuple[p.ParamVersion, ...]:
    return tuple(replace(v, value=at(v.value, f"{param.name}.versions.{n}")) for n, v in enumerate(param.versions, 1))


def _metric(metric: p.Metric) -> p.Metric:
    name, meaningful = metric.name, metric.meaningful
    shown = at(meaningful, f"{name}.meaningful") if meaningful is not None else None
    found = replace(metric, value=at(metric.value, f"{name}.value"), meaningful=shown)
    if not isinstance(found, Valuation):
        return found
    price, upside, safety = (at(expr, f"{name}.{slot}") for expr, slot in
                             ((found.price, "against"), (found.upside, "upside"), (found.safety, "safety")))  # fmt: skip
    assert isinstance(price, p.Ref)
    return replace(found, price=price, upside=upside, safety=safety)


def _scenario(scenario: p.Scenario) -> p.Scenario:
    name, likely = scenario.name, scenario.probability
    probability = at(likely, f"{name}.probability") if likely is not None else None
    return replace(scenario, probability=probability, assume=_named(scenario.assume, f"{name}.assume"))


def _applies(declared: p.Condition | p.Pillar | p.Verdict) -> p.Expr | None:
    return at(declared.applies, f"{declared.name}.applies") if declared.applies is not None else None


def _condition(condition: p.Condition) -> p.Condition:
    name = condition.name
    return replace(
        condition,
        applies=_applies(condition),
        when=at(condition.when, f"{name}.when"),
        because=_text(condition.because, name),
        otherwise=_text(condition.otherwise, name, "otherwise"),
    )


def _rows(verdict: p.Verdict) -> tuple[p.Row, ...]:
    found = []
    for number, row in enumerate(verdict.rows, 1):
        here = f"{verdict.name}.rows.{number}"
        when = at(row.when, f"{here}.when") if row.when is not None else None
        found.append(replace(row, when=when, because=_text(row.because, here)))
    return tuple(found)


def _example(example: p.Example, number: int) -> p.Example:
    here = f"examples.{number}"
    expect = tuple(replace(x, condition=at(x.condition, f"{here}.expect.{n}")) for n, x in enumerate(example.expect, 1))
    return replace(example, given=_named(example.given, f"{here}.given"), expect=expect)


def _named(values: Mapping[str, p.Expr], here: str) -> dict[str, p.Expr]:
    return {name: at(value, f"{here}.{name}") for name, value in values.items()}


def _text(template: p.Template, here: str, clause: str = "because") -> p.Template:
    """The figures in a text, numbered from 1."""
    numbers = iter(range(1, len(template) + 1))
    return tuple(part if isinstance(part, str) else at(part, f"{here}.{clause}.{next(numbers)}") for part in template)
