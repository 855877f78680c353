"""`--set NAME=VALUE`: values that a person puts in place of a fact, a threshold or a formula for one run.

In: a `Program` and the texts. Out: name -> typed expression, and diagnostics whose place is the text itself.
Must not know facts or values.
"""

from __future__ import annotations

from collections.abc import Iterable

from dsl import program as p
from dsl.declare import bindings
from dsl.diagnostics import Diagnostic
from dsl.lower import STATUSES, Scope
from dsl.messages import make
from dsl.parse import parse_bindings
from dsl.source import SourceFile
from dsl.units import FLAG, Kind, Type


def read_settings(program: p.Program, texts: Iterable[str]) -> tuple[dict[str, p.Expr], list[Diagnostic]]:
    """Each `NAME=VALUE`, typed as its name; the same name twice is an error."""
    scope = Scope(keywords=_keywords(program), dropped={}, lost=frozenset(), types=_types(program))
    found: dict[str, p.Expr] = {}
    for text in texts:
        written, problems = parse_bindings(SourceFile("--set", text))
        scope.diagnostics += problems
        scope.params_only = "setting"
        for name, value in bindings(written, scope).items():
            if name in found:
                scope.diagnostics.append(make("T059", written[0].name.span, name=name))
            found[name] = value
    return found, scope.diagnostics


def _keywords(program: p.Program) -> dict[str, str]:
    tables = {"input": program.inputs, "param": program.params, "metric": program.metrics, "forecast": program.forecasts,
              "pillar": program.pillars, "verdict": program.verdicts, "scenario": program.scenarios,
              "catalyst": program.catalysts, "kill": program.kills}  # fmt: skip
    words = {name: word for word, table in tables.items() for name in table}
    return words | {c.name: c.side.value for c in program.conditions.values()}


def _types(program: p.Program) -> dict[str, Type]:
    found: dict[str, Type] = {}
    for table in (program.inputs, program.params, program.metrics, program.forecasts):
        found |= {name: declared.type for name, declared in table.items()}
    found |= dict.fromkeys(program.conditions, FLAG)
    found |= dict.fromkeys(program.pillars, Type(Kind.PILLAR, options=STATUSES))
    return found | {n: Type(Kind.VERDICT, options=v.outcomes) for n, v in program.verdicts.items()}
