"""The cells of a screen as a reader sees them: a word, a figure in its unit, what is left where nothing is decided.

In: a `Program`, a row of a result. Out: cells and heads of the model. Must not know how names are ordered.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dsl.program import program as p
from dsl.program.declared import DOES_NOT_APPLY
from dsl.types.units import FIGURES, PERCENT, Kind, Type
from evaluator.report.checks import unit_word
from evaluator.schema import screens as o
from evaluator.values.display import describe, show
from evaluator.values.values import Figure

SCORE = "score"
GROUP, COMPANY, RANK, SORTED_BY = "#sector", "#company", "#rank", "#sorted_by"
"""Columns beside what rules call by any name; in the product the mark is left out, where no name is in the way."""


def place(program: p.Program, shown: Sequence[tuple[str, str]]) -> Iterator[tuple[str, o.HeadKind]]:
    """The columns of a screen in their order, with what each is."""
    yield from ((n, "verdict") for n in program.verdicts)
    if program.conditions and SCORE not in program.position:
        yield SCORE, "score"
    yield from ((n, "metric") for n, _ in shown)
    yield from ((n, "pillar") for n in program.pillars)
    yield from ((n, "condition") for n in program.conditions)
    yield from ((n, "kill") for n in program.kills)


def heads(
    program: p.Program, shown: Sequence[tuple[str, str]], codes: Mapping[str, Sequence[str]]
) -> list[o.ScreenHead]:
    """The heads of the columns. `codes`: in which currencies each figure is that is money."""
    titles = dict(shown)
    found = []
    for name, kind in place(program, shown):
        unit = "percent" if kind == "score" else ""
        if kind == "metric":
            type_ = kind_shown(program, name)
            unit = ", ".join(codes.get(name, ())) if type_.kind is Kind.MONEY else unit_word(type_, None)
        title = "Score" if kind == "score" else titles.get(name) or program.declared(name).title
        found.append(o.ScreenHead(name=name, kind=kind, title=title, unit=unit))
    return found


def cell(program: p.Program, name: str, kind: o.HeadKind, row: Mapping[str, Any]) -> o.ScreenCell:
    """One cell of a row of a result."""
    if kind in ("verdict", "pillar"):
        return _word(program, name, row)
    if kind in ("condition", "kill"):
        return o.ScreenCell(column=name, text=row[f"{name}.state"], state=row[f"{name}.state"])
    if kind == "score":
        return _figure(name, PERCENT, row, None, _state_of_score(row), signed=True)
    type_ = kind_shown(program, name)
    state = row[f"{name}.state"]
    if type_.kind in FIGURES:
        return _figure(name, type_, row, row.get(f"{name}.currency"), state)
    value = row[name]
    text = "n.m." if state == "not meaningful" else "unknown" if value is None else _plain(value)
    return o.ScreenCell(column=name, text=text, state=state)


def tone_of(verdict: p.Verdict, outcome: str) -> str | None:
    """Whether an outcome speaks for or against; None where its row does not say so."""
    return next((row.tone for row in verdict.rows if row.outcome == outcome), None)


def margin_text(program: p.Program, metric: str, value: float, currency: str | None) -> str:
    """How far a figure is above its threshold, in its unit."""
    kind = kind_shown(program, metric)
    if kind.kind is Kind.PERCENT:
        kind = Type(Kind.POINTS)
    return show(value, kind, currency, signed=True)


def kind_shown(program: p.Program, name: str) -> Type:
    """The type by which a figure is printed."""
    metric = program.metrics.get(name)
    if metric is not None:
        return metric.shown
    declared = program.inputs.get(name) or program.forecasts[name]
    return declared.type.single


def _word(program: p.Program, name: str, row: Mapping[str, Any]) -> o.ScreenCell:
    said, possible = row[name], row[f"{name}.possible"] or []
    if said is None:
        every = len(program.verdicts[name].outcomes) if name in program.verdicts else 4
        text = "unknown" if len(possible) >= every else f"unknown: {' or '.join(possible)}"
        return o.ScreenCell(column=name, text=text, state="unknown")
    if said == DOES_NOT_APPLY:
        return o.ScreenCell(column=name, text=said, state="not applicable")
    tone = tone_of(program.verdicts[name], said) if name in program.verdicts else None
    return o.ScreenCell(column=name, text=said, state="decided" if name in program.verdicts else said, tone=tone)


def _state_of_score(row: Mapping[str, Any]) -> str:
    low, high = row["score.low"], row["score.high"]
    if low is None or high is None:
        return "not applicable"
    return "unknown" if low <= -1 and high >= 1 else "known" if low == high else "bounded"


def _figure(
    name: str, kind: Type, row: Mapping[str, Any], currency: str | None, state: str, signed: bool = False
) -> o.ScreenCell:
    low, high = row[f"{name}.low"], row[f"{name}.high"]
    if state not in ("known", "bounded"):
        text = {"not meaningful": "n.m.", "not applicable": "–"}.get(state, "unknown")
        return o.ScreenCell(column=name, text=text, state=state)
    figure = Figure(-math.inf if low is None else low, math.inf if high is None else high)
    text = (
        show(low, kind, currency, signed)
        if low == high and low is not None
        else describe(figure, kind, currency, signed)
    )
    return o.ScreenCell(column=name, text=text, state=state, value=row[name], low=low, high=high)


def _plain(value: Any) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value).replace("_", " ")
