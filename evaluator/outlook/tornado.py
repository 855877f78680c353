"""The score and figures with one name at a time at either end, as the result model says it.

In: a `Run`. Out: `SensitivityOutput`. Must not know files or how it is printed.

The ends of a name are the 5% and 95% quantiles of its distribution, where the rules say how it is spread; else a part of today's
figure less and more, within the bounds of the input. Between its ends a figure may go further than at them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from importlib.util import find_spec
from typing import Literal

from dsl.text.record import record
from dsl.types.units import PERCENT, Kind
from evaluator.engine.evaluation import Evaluation
from evaluator.engine.verdicts import score
from evaluator.explore.flips import Flip, flips
from evaluator.explore.varied import Fixed, Prober, Varied, varied
from evaluator.known.segments import read_by_none
from evaluator.outlook.figures import as_calculated, judgement
from evaluator.prepared.prepared import Prepared
from evaluator.report.checks import currency_of, kind_of, shown, shown_figure, title
from evaluator.report.doubts import alerts
from evaluator.report.worlds import settings, what_if
from evaluator.schema import simulation as o
from evaluator.schema.parts import Shown
from evaluator.session.run import Run
from evaluator.values.values import Figure

_PERCENT = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*%")
BY = "10%"
"""By how much of today's figure a name is changed where nobody says."""
SCORE = "score"
MOST_FIGURES = 6
"""So many figures beside the score are shown where none are named."""
Basis = Literal["uncertain", "by", "words"]


@record
class _Ends:
    """What a name is tried at; `basis`: why at these."""

    name: str
    basis: Basis
    values: tuple[float | str | bool, ...]


def part_of(text: str) -> float | None:
    """A percent above 0%, at most 1000%, as a part: `10%` is 0.1. None where the text is none."""
    found = _PERCENT.fullmatch(text.strip())
    part = float(found[1]) / 100 if found is not None else 0.0
    return part if 0 < part <= 10 else None


def sensitive(run: Run, by: float, figures: Sequence[str] = ()) -> o.SensitivityOutput:
    """What each name does to the score and to some figures (none: the key figures)."""
    today, plain, program = run.evaluation, run.plain(), run.program
    wanted = tuple(figures) or _figures(run)
    targets = frozenset({*program.conditions, *wanted, *program.verdicts})
    below = program.upstream(targets) | targets
    turns = flips(today, plain).flips
    ends: list[_Ends] = []
    left_out: list[o.LeftOut] = []
    notes: list[str] = []
    spreads = _quantiles(run, notes)
    for each in varied(today, targets):
        if isinstance(each, Fixed):
            left_out.append(o.LeftOut(name=each.name, title=title(program, each.name), why=each.why))
        elif each.today == 0 and each.name not in spreads:
            why = "it is 0 today, so that a part of it is 0 as well; say how it is spread: `uncertain …`"
            left_out.append(o.LeftOut(name=each.name, title=title(program, each.name), why=why))
        else:
            ends.append(_ends(each, by, spreads))
    known = {e.name for e in ends} | {each.name for each in left_out}
    ends += [_Ends(name, "uncertain", spreads[name]) for name in spreads if name in below and name not in known]
    prepared = Prepared(today, stated=False)
    probers = {e.name: Prober(prepared, plain, e.name, targets) for e in ends}
    judged = {*program.verdicts, *program.kills}
    return o.SensitivityOutput(
        name=program.name,
        title=program.title,
        company=run.company.ticker if run.company is not None else None,
        as_of=today.clock.as_of,
        what_if=what_if(settings(today, plain)),
        alerts=[a for a in alerts(today, run.found()) if not judged.isdisjoint(a.names)],
        by=by,
        tornados=[
            _tornado(today, name, _under(today, name, ends), probers, turns)
            for name in ((SCORE, *wanted) if program.conditions and not figures else wanted)
        ],
        aside=list(read_by_none(program, below)),
        not_varied=left_out,
        notes=notes,
    )


def _figures(run: Run) -> tuple[str, ...]:
    program = run.program
    figures = [n for n in (*program.metrics, *program.forecasts) if program.declared(n).type.is_figure]  # type: ignore[attr-defined]
    return tuple([n for n in program.shown if n in figures] or figures)[:MOST_FIGURES]


def _quantiles(run: Run, notes: list[str]) -> dict[str, tuple[float, float]]:
    """The 5% and 95% quantiles of what is uncertain, in the currency in which its values are."""
    uncertain = [u for u in run.program.uncertain if not u.spread.words]
    if not uncertain:
        return {}
    if find_spec("scipy") is None:
        notes.append(
            'How figures are spread is passed over, since that needs scipy: `pip install "thesis-evaluator[simulate]"`'
        )
        return {}
    from evaluator.draws.ready import ends_of
    from evaluator.draws.spreads import NotDrawn

    found = {}
    for u in uncertain:
        try:
            low, high, currency = ends_of(run.evaluation, u)
        except NotDrawn as why:
            notes.append(f"How {title(run.program, u.name)} is spread is passed over: {why.why}")
            continue
        if currency is None or currency == currency_of(run.evaluation, u.name):
            found[u.name] = low, high
        else:
            notes.append(f"How {title(run.program, u.name)} is spread is passed over: it is in {currency}")
    return found


def _ends(each: Varied, by: float, spreads: dict[str, tuple[float, float]]) -> _Ends:
    if each.today is None:
        return _Ends(each.name, "words", each.others)
    if each.name in spreads:
        return _Ends(each.name, "uncertain", spreads[each.name])
    step = abs(each.today) * by
    return _Ends(each.name, "by", (max(each.low, each.today - step), min(each.high, each.today + step)))


def _under(today: Evaluation, name: str, ends: Sequence[_Ends]) -> list[_Ends]:
    """The names on which a figure rests."""
    program = today.program
    below = program.upstream(program.conditions if name == SCORE else [name])
    return [e for e in ends if e.name in below and e.name != name]


def _tornado(
    today: Evaluation, name: str, ends: Sequence[_Ends], probers: dict[str, Prober], turns: Sequence[Flip]
) -> o.Tornado:
    bars, still = [], []
    for each in ends:
        prober = probers[each.name]
        results = [(value, _value(prober.whole(value), name)) for value in each.values]
        if each.basis == "words":
            results = [(_word(today, each.name), _value(today, name)), *results]
            results.sort(key=lambda r: r[1].low if _is_number(r[1]) else 0.0)
        (low, at_low), (high, at_high) = results[0], results[-1]
        if at_low == at_high or (_is_number(at_low) and _is_number(at_high) and at_low.low == at_high.low):
            still.append(each.name)
            continue
        bars.append(_bar(today, name, each, (low, high), (at_low, at_high), turns, prober))
    bars.sort(key=lambda b: (b.swing is None, -(b.swing or 0.0), b.name))
    called = "Score" if name == SCORE else title(today.program, name)
    return o.Tornado(name=name, title=called, today=_said(today, name, _value(today, name)), bars=bars, still=still)


def _value(evaluation: Evaluation, name: str) -> Figure:
    if name == SCORE:
        return score(evaluation) or Figure.meaningless(frozenset())
    found = evaluation.read(evaluation.values[name])
    return found if isinstance(found, Figure) else Figure.unknown(frozenset())


def _is_number(figure: Figure) -> bool:
    return figure.is_exact and not figure.undefined


def _word(today: Evaluation, name: str) -> str | bool:
    value = today.read(today.values[name])
    possible = getattr(value, "possible", None)
    return possible[0] if isinstance(possible, tuple) else getattr(value, "value", None) is True


def _said(today: Evaluation, name: str, value: Figure) -> Shown:
    if name == SCORE:
        return shown(today, value, PERCENT, signed=True)
    return shown(today, value, kind_of(today, name), currency=currency_of(today, name))


def _bar(
    today: Evaluation,
    name: str,
    each: _Ends,
    ends: tuple[float | str | bool, float | str | bool],
    results: tuple[Figure, Figure],
    turns: Sequence[Flip],
    prober: Prober,
) -> o.Bar:
    swing = abs(results[1].low - results[0].low) if all(_is_number(r) for r in results) else None
    kind = PERCENT if name == SCORE else kind_of(today, name)
    if kind.kind is Kind.PERCENT:
        kind = replace(kind, kind=Kind.POINTS)
    currency = None if name == SCORE else currency_of(today, name)
    far = (
        shown(today, Figure.exact(swing), kind, currency=currency).text.removeprefix("+") if swing is not None else "–"
    )
    return o.Bar(
        name=each.name,
        title=title(today.program, each.name),
        basis=each.basis,
        today=as_calculated(today, each.name),
        low=shown_figure(today, each.name, ends[0]),
        high=shown_figure(today, each.name, ends[1]),
        at_low=_said(today, name, results[0]),
        at_high=_said(today, name, results[1]),
        swing=swing,
        swing_text=far,
        switches=[s for flip in turns if flip.name == each.name if (s := _switch(today, name, flip, ends, prober))],
    )


def _switch(
    today: Evaluation,
    name: str,
    flip: Flip,
    ends: tuple[float | str | bool, float | str | bool],
    prober: Prober,
) -> o.SwitchAt | None:
    """Where a judgement turns, and what the figure `name` comes to there; None where it turns at a word."""
    past = flip.past
    if past is None:
        return None
    low, high = ends
    inside = isinstance(low, float) and isinstance(high, float) and min(low, high) <= past <= max(low, high)
    return o.SwitchAt(
        judgement=flip.judgement,
        title=judgement(today, flip.judgement).title,
        at=shown_figure(today, flip.name, past),
        outcomes=list(flip.outcomes),
        inside=inside,
        gives=_said(today, name, _value(prober.whole(past), name)) if inside else None,
    )
