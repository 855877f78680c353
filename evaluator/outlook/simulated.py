"""What many draws come to, as the result model says it.

In: a `Run`, how many draws. Out: `SimulateOutput`, or why nothing can be drawn. Must not know files or how it is printed.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Any, Literal

import numpy as np

from dsl.program import program as p
from dsl.text.record import record
from dsl.types.units import PERCENT, Kind
from evaluator.draws.counting import QUANTILES, Counted, Estimate, Progress, Spread, counted, timed
from evaluator.draws.indices import indices, rows
from evaluator.draws.judging import STATES, STATUS_WORDS
from evaluator.draws.ready import Ready, ends_of, ready
from evaluator.draws.sequences import RANDOM, SOBOL
from evaluator.draws.spreads import NotDrawn
from evaluator.engine.evaluation import Evaluation, State
from evaluator.engine.verdicts import score
from evaluator.outlook.figures import as_calculated, judgement
from evaluator.report.checks import currency_of, kind_of, shown, shown_figure, title
from evaluator.report.doubts import alerts
from evaluator.report.worlds import settings, what_if
from evaluator.schema import simulation as o
from evaluator.schema.parts import Shown
from evaluator.session.run import Run
from evaluator.values.values import Figure, May

__all__ = ["METHODS", "RANDOM", "SOBOL", "Asked", "NotDrawn", "prepared", "seconds", "simulated", "sized"]
METHODS = (SOBOL, RANDOM)
DRAWS, SLOW_DRAWS = 1 << 16, 1 << 10
"""How many draws are made where nobody says: many, or where they are evaluated one by one few."""
MOST_THREADS = 8
MOST_FIGURES = 12
"""So many figures are shown where none are named."""


@record
class Asked:
    """What is asked of draws: how many, the seed, the method; figures by name (none: the key figures that rest on what is drawn);
    how many threads."""

    draws: int
    seed: int
    method: str = SOBOL
    figures: tuple[str, ...] = ()
    threads: int = 1


def prepared(run: Run, asked: Asked) -> Ready:
    """What is drawn of a run. Raises NotDrawn."""
    today, program = run.evaluation, run.program
    if not program.uncertain:
        raise NotDrawn("these rules say of no figure how it is spread, so there is nothing to draw", _example(program))
    figures = asked.figures or _figures(run)
    found = ready(today, run.plain(), figures, asked.method, asked.seed)
    if not found.names:
        names = ", ".join((*found.aside, *found.by_hand))
        why = (
            "it is set by hand"
            if found.by_hand and not found.aside
            else "no verdict, kill, condition or figure rests on it"
        )
        raise NotDrawn(f"nothing is left to draw of {names}: {why}", _example(program))
    return found


def sized(
    run: Run, draws: int | None = None, seed: int = 1, method: str = SOBOL, figures: Sequence[str] = ()
) -> tuple[Asked, Ready]:
    """What is drawn of a run, and how often: as often as is asked, or as suits these rules. Raises NotDrawn."""
    threads = max(1, min(os.cpu_count() or 1, MOST_THREADS))
    asked = Asked(draws or DRAWS, seed, method, tuple(figures), threads)
    drawn = prepared(run, asked)
    if draws is None and drawn.slow:
        asked = Asked(SLOW_DRAWS, seed, method, asked.figures)
    return asked, drawn


def _example(program: p.Program) -> str:
    """How one writes that a figure is uncertain."""
    example = {Kind.PERCENT: "5% to 10%", Kind.MONEY: "2bn USD to 5bn USD", Kind.MULTIPLE: "15x to 25x"}
    kinds = {n: i.type for n, i in program.inputs.items()} | {n: each.type for n, each in program.params.items()}
    for name, kind in kinds.items():
        if kind.is_figure:
            spread = example.get(kind.kind, "5 to 10")
            return f"write for instance `uncertain {name} ~ {spread}`, an interval of 90%"
    return "write for instance `uncertain growth ~ 5% to 10%`, an interval of 90%"


def _figures(run: Run) -> tuple[str, ...]:
    """The key figures that rest on what is uncertain; where the rules name none, all metrics and forecasts that do."""
    program = run.program
    below = set(program.downstream([u.name for u in program.uncertain]))
    names = [n for n in (*program.metrics, *program.forecasts) if n in below and _is_figure(program, n)]
    keys = [n for n in program.shown if n in below and n in names]
    return tuple(keys or names)[:MOST_FIGURES]


def _is_figure(program: p.Program, name: str) -> bool:
    return bool(program.declared(name).type.is_figure)  # type: ignore[attr-defined]


def seconds(drawn: Ready, asked: Asked) -> float:
    """About how long the draws will take."""
    return timed(drawn, asked.draws) / (1 if drawn.slow else asked.threads)


def simulated(run: Run, asked: Asked, drawn: Ready, progress: Progress | None = None) -> o.SimulateOutput:
    """What so many draws of a run come to."""
    today, plain, program = run.evaluation, run.plain(), run.program
    found = counted(drawn, asked.draws, asked.threads, progress)
    judged = {*program.verdicts, *program.kills}
    method: Literal["sobol", "random"] = "random" if asked.method == RANDOM else "sobol"
    whole = score(today)
    return o.SimulateOutput(
        name=program.name,
        title=program.title,
        company=run.company.ticker if run.company is not None else None,
        as_of=today.clock.as_of,
        what_if=what_if(settings(today, plain)),
        alerts=[a for a in alerts(today, run.found()) if not judged.isdisjoint(a.names)],
        draws=found.draws,
        batches=found.batches,
        method=method,
        seed=asked.seed,
        drawn=[_drawn(drawn, at) for at in range(len(drawn.names))],
        judgements=[*_verdicts(today, drawn, found, asked), *_kills(today, found)],
        pillars=[_pillar(today, name, found.pillars[name]) for name in program.pillars],
        conditions=[_condition(today, name, found.conditions[name]) for name in program.conditions],
        score=_score(today, found.score, whole) if found.score is not None and whole is not None else None,
        figures=[_figure(today, name, found.figures[name]) for name in drawn.figures],
        notes=_notes(drawn, found, asked),
    )


# --- what is drawn ---------------------------------------------------------------------------------------------


def _drawn(drawn: Ready, at: int) -> o.DrawnName:
    today, name, each = drawn.today, drawn.names[at], drawn.drawers[at]
    written = next(u for u in today.program.uncertain if u.name == name)
    low = high = None
    if not each.words:
        *ends, currency = ends_of(today, written)
        of = currency or currency_of(today, name)
        low, high = (
            shown(today, Figure.exact(x), kind_of(today, name), currency=of) for x in ends if isinstance(x, float)
        )
    return o.DrawnName(
        name=name,
        title=title(today.program, name),
        distribution=" ".join(written.span.text.split()).partition("~")[2].strip(),
        today=as_calculated(today, name),
        low=low,
        high=high,
        outside=each.outside,
        past=each.of,
    )


def _notes(drawn: Ready, found: Counted, asked: Asked) -> list[str]:
    program = drawn.today.program
    notes = []
    for name, each in zip(drawn.names, drawn.drawers, strict=True):
        if each.outside > 0:
            part = f"{each.outside:.2g}" if each.outside < 0.001 else f"{each.outside * 100:.2g}%"
            notes.append(
                f"{part} of the distribution of {title(program, name)} lies beyond the bounds of the input: it is not drawn, and"
                " the rest counts for it"
            )
    if drawn.aside:
        notes.append(f"Nothing that is judged or shown rests on {', '.join(drawn.aside)}: not drawn")
    if drawn.by_hand:
        notes.append(f"Set by hand, and so not drawn: {', '.join(drawn.by_hand)}")
    if drawn.slow:
        notes.append("Evaluated one by one, since something in these rules cannot be done for many draws at once")
    groups = [[title(program, drawn.names[at]) for at in group] for group in drawn.together.groups if len(group) > 1]
    if groups:
        listed = "; ".join(" and ".join(each) for each in groups)
        notes.append(
            f"What drives a verdict cannot be told apart by names that are correlated, which count as one: {listed}"
        )
    for short in drawn.together.short:
        notes.append(
            f"{title(program, short.first)} and {title(program, short.second)} are correlated {short.wanted:g} in the rules, and drawn"
            f" with {short.reached:.2f}: one of them is drawn from so few values that their ranks can go together no closer"
        )
    if asked.method == SOBOL and found.draws & (found.draws - 1):
        notes.append(
            f"Sobol sequences are even for powers of two: {1 << found.draws.bit_length()} draws would say more"
        )
    if found.batches < 2:
        notes.append("So few draws do not say how sure they are")
    return notes


# --- what is judged ---------------------------------------------------------------------------------------------


def share(estimate: Estimate) -> o.Share:
    """A share with its standard error, as a text without digits beyond it."""
    value, error = estimate.value, estimate.error
    percent = value * 100
    if error is None or not math.isfinite(error):
        text = f"{percent:.2g}%" if percent < 99.5 else "100%"
        error = None
    elif error < 1e-12:
        text = f"{percent:.4g}%"
    else:
        decimals = min(4, max(0, -math.floor(math.log10(error * 100))))
        text = f"{percent:.{decimals}f}% ± {math.ceil(error * 100 * 10**decimals - 1e-9) / 10**decimals:.{decimals}f}pp"
    return o.Share(share=value, error=error, text=text.replace("-", "−"))


def _total(shares: Sequence[Estimate]) -> Estimate:
    errors = [e.error for e in shares if e.error is not None]
    error = math.sqrt(sum(e * e for e in errors)) if len(errors) == len(shares) else None
    return Estimate(sum(e.value for e in shares), error)


def _verdicts(today: Evaluation, drawn: Ready, found: Counted, asked: Asked) -> list[o.DrawnJudgement]:
    drivers = _drivers(drawn, asked)
    return [
        _judgement(
            today,
            name,
            {_outcomes(code, drawn.model.words[name]): e for code, e in found.verdicts[name].items()},
            found.steps.get(name, ()),
            drivers.get(name, []),
        )
        for name in today.program.verdicts
    ]


def _outcomes(code: int, words: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for at, word in enumerate(words) if code >> at & 1))


_HAPPENED = {May.TRUE: "happens", May.FALSE: "does not happen", May.NM: "means nothing"}


def _kills(today: Evaluation, found: Counted) -> list[o.DrawnJudgement]:
    judgements = []
    for name in today.program.kills:
        by: dict[tuple[str, ...], Estimate] = {}
        for code, e in found.kills[name].items():
            by[tuple(word for may, word in _HAPPENED.items() if code & int(may))] = e
        judgements.append(_judgement(today, name, by, (), []))
    return judgements


def _judgement(
    today: Evaluation,
    name: str,
    shares: Mapping[tuple[str, ...], Estimate],
    steps: Sequence[tuple[int, Estimate]],
    drivers: list[o.Driver],
) -> o.DrawnJudgement:
    now = judgement(today, name)
    ordered = sorted(shares.items(), key=lambda one: (-one[1].value, one[0]))
    return o.DrawnJudgement(
        name=name,
        title=now.title,
        role=now.role,
        today=now.outcomes,
        outcomes=[o.Outcome(outcomes=list(outcomes), share=share(e)) for outcomes, e in ordered],
        undecided=share(_total([e for outcomes, e in ordered if len(outcomes) > 1])),
        steps=[o.Step(draws=draws, share=share(e)) for draws, e in steps],
        drivers=drivers,
    )


def _drivers(drawn: Ready, asked: Asked) -> dict[str, list[o.Driver]]:
    """Which names drive each verdict; those that are correlated count as one."""
    groups = [[drawn.names[at] for at in group] for group in drawn.together.groups]
    verdicts = [n for n, words in drawn.model.words.items() if words]
    if not verdicts or asked.draws < 256 or drawn.slow:
        return {}
    ends = list(accumulate((len(drawn.model.words[v]) + 1 for v in verdicts), initial=0))
    each = indices(
        drawn.drawn,
        lambda columns: _indicators(drawn, verdicts, columns),
        drawn.chances,
        rows(asked.draws, len(groups)),
        drawn.together.groups,
        [slice(*pair) for pair in pairwise(ends)],
    )
    found = {}
    for verdict, one in zip(verdicts, each, strict=True):
        if one is None:
            continue
        drivers = [
            o.Driver(
                name=", ".join(names),
                names=names,
                title=" with ".join(title(drawn.today.program, n) for n in names),
                first=share(first),
                total=share(total),
            )
            for names, first, total in zip(groups, one.first, one.total, strict=True)
        ]
        found[verdict] = sorted(drivers, key=lambda d: (-d.total.share, d.name))
    return found


def _indicators(drawn: Ready, verdicts: Sequence[str], columns: Sequence[Any]) -> Any:
    """A row for each outcome of each verdict: of each draw whether the verdict says it alone; a row more: whether it is not
    decided."""
    size = len(columns[0])
    block, found = drawn.model.run(columns, size), []
    for verdict in verdicts:
        codes = np.broadcast_to(block.verdicts[verdict], size)
        rows_of = [codes == 1 << at for at in range(len(drawn.model.words[verdict]))]
        found += [*rows_of, ~np.logical_or.reduce(rows_of)]
    return np.array(found, np.float64)


def _pillar(today: Evaluation, name: str, shares: Mapping[int, Estimate]) -> o.DrawnState:
    now = today.read(today.values[name])
    by = {" or ".join(_outcomes(code, STATUS_WORDS)): share(e) for code, e in shares.items()}
    return o.DrawnState(
        name=name, title=title(today.program, name), role="pillar", today=" or ".join(getattr(now, "possible", ()) or ()),
        shares=_ordered(by),
    )  # fmt: skip


def _condition(today: Evaluation, name: str, shares: Mapping[int, Estimate]) -> o.DrawnState:
    condition = today.program.conditions[name]
    by = {STATES[code].value: share(e) for code, e in shares.items()}
    role: Literal["bull", "bear"] = "bull" if condition.side is p.Side.BULL else "bear"
    state: State = today.judged[name].state
    return o.DrawnState(name=name, title=condition.title, role=role, today=state.value, shares=_ordered(by))


def _ordered(shares: dict[str, o.Share]) -> dict[str, o.Share]:
    return dict(sorted(shares.items(), key=lambda one: (-one[1].share, one[0])))


# --- figures ------------------------------------------------------------------------------------------------


def _figure(today: Evaluation, name: str, found: Spread) -> o.DrawnFigure:
    def said(value: float) -> Shown:
        return shown_figure(today, name, value)

    return _drawn_figure(name, title(today.program, name), as_calculated(today, name), found, said)


def _score(today: Evaluation, found: Spread, whole: Figure) -> o.DrawnFigure:
    def said(value: float) -> Shown:
        return shown(today, Figure.exact(value), PERCENT, signed=True)

    return _drawn_figure("score", "Score", shown(today, whole, PERCENT, signed=True), found, said)


def _drawn_figure(name: str, called: str, now: Shown, found: Spread, said: Any) -> o.DrawnFigure:
    def quantile(part: float, e: Estimate) -> o.Quantile:
        error = e.error if e.error is not None and math.isfinite(e.error) else None
        return o.Quantile(part=part, value=said(_rounded(e.value, error)), error=error)

    parts = zip(QUANTILES, found.quantiles, strict=False)
    return o.DrawnFigure(
        name=name,
        title=called,
        today=now,
        mean=quantile(0.5, found.mean) if found.mean is not None else None,
        quantiles=[quantile(part, e) for part, e in parts],
        nothing=share(found.nothing),
        open=share(found.open),
    )


def _rounded(value: float, error: float | None) -> float:
    """A figure without digits beyond its standard error."""
    if error is None or error <= 0 or not math.isfinite(value):
        return value
    return round(value, -math.floor(math.log10(error)))
