"""Names side by side: what each says row by row, in the order asked for.

In: runs with their reports, one a name, all as of one day; how to sort. Out: `CompareOutput`. Must not know the command
line or what the grid looks like.

A row is a verdict, the score, a pillar, a condition, what became of a kill or a catalyst, a valuation, a metric, or a
threshold that is not the same for all.
Names may have their own rules: a row that a name's rules do not have is `not asked`, which is neither false nor
unknown, and one that they ask otherwise carries what they ask.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol, TypeVar

from dsl.program.declared import DOES_NOT_APPLY
from dsl.text.record import record
from evaluator.known.read_periods import read_periods
from evaluator.schema import names as o
from evaluator.schema import report as r
from evaluator.session.run import Run


class _Named(Protocol):
    @property
    def name(self) -> str: ...


N = TypeVar("N", bound=_Named)
E = TypeVar("E", r.KillResult, r.CatalystResult)
SCORE, TICKER, GIVEN = "score", "ticker", "given"
_TONES: dict[str | None, int] = {"bullish": 0, "neutral": 1, "bearish": 2, None: 3}
_MISSING = 3
"""So many missing figures are named for each name; the rest is in its own report."""


@record
class Subject:
    """A name: its run, and the report of it."""

    run: Run
    report: r.Report
    main: bool = True
    """Whether it is held to the rules of all: where rows of several rules have one name, theirs is the title."""

    @property
    def ticker(self) -> str:
        """What the name is called in the grid."""
        assert self.report.company is not None
        return self.report.company.ticker


def sort_keys(subjects: Iterable[Subject]) -> list[str]:
    """What names can be sorted by: the score, the ticker, each verdict and each metric of any of them."""
    reports = [s.report for s in subjects]
    verdicts = dict.fromkeys(v.name for report in reports for v in report.verdicts)
    return [GIVEN, SCORE, TICKER, *verdicts, *dict.fromkeys(m.name for report in reports for m in report.metrics)]


def units(subjects: Iterable[Subject], metric: str) -> dict[str, str]:
    """In which unit each name has a metric, those of which it is known: money of two currencies has no order."""
    found = ((s.ticker, m) for s in subjects for m in s.report.metrics if m.name == metric and m.value.known)
    return {ticker: m.value.unit for ticker, m in found}


def side_by_side(rules: str, title: str, subjects: Sequence[Subject], sort: str = GIVEN) -> o.CompareOutput:
    """The grid. `sort` is one of `sort_keys`; `rules` and `title` are those that names without their own are held to."""
    ordered, order = _sorted(subjects, sort)
    rows = [*_verdicts(ordered), _score(ordered), *_pillars(ordered), *_conditions(ordered), *_valuations(ordered), *_kills(ordered),
            *_catalysts(ordered), *_metrics(ordered), *_thresholds(ordered)]  # fmt: skip
    return o.CompareOutput(
        rules=rules,
        title=title,
        as_of=subjects[0].report.as_of,
        sort=sort,
        order=order,
        names=[_name(s) for s in ordered],
        rows=[_with_alerts(row, ordered) for row in rows],
    )


def _with_alerts(row: o.Row, subjects: Sequence[Subject]) -> o.Row:
    """A row whose cells say whether what stands above the verdicts of their name is said of them."""
    in_doubt = {(s.ticker, name) for s in subjects for alert in s.report.alerts for name in alert.names}
    in_doubt |= {
        (s.ticker, SCORE) for s in subjects if any((s.ticker, c.name) in in_doubt for c in s.report.conditions)
    }
    cells = [c.model_copy(update={"alert": (c.ticker, row.name) in in_doubt}) for c in row.cells]
    return row.model_copy(update={"cells": cells})


def _name(subject: Subject) -> o.ComparedName:
    report, company = subject.report, subject.report.company
    assert company is not None
    states = [c.state for c in report.conditions if c.state not in ("not applicable", "not meaningful")]
    telling = [u for u in report.unknowns if u.gain > 0 or u.score_gain > 0]
    return o.ComparedName(
        ticker=company.ticker,
        company=company.name,
        currency=company.currency,
        fiscal_year_ends=company.fiscal_year_ends,
        rules=report.name,
        title=report.title,
        fingerprint=report.fingerprint,
        reads=read_periods(subject.run.evaluation.view),
        facts=len(report.facts),
        facts_files=report.facts_files,
        decided=sum(state != "unknown" for state in states),
        conditions=len(states),
        changes=_changes(report.changes),
        missing=[u.title for u in telling[:_MISSING]],
        alerts=report.alerts,
    )


def _changes(changes: Iterable[r.ChangeResult]) -> list[str]:
    """What rules change in their modules, a line a name with its parts; what tests them is left out."""
    parts: dict[tuple[str, str, str], list[str]] = {}
    for c in changes:
        if c.keyword != "example":
            parts.setdefault((c.action, c.keyword, c.name), []).append(c.part)
    return [
        f"{action} {keyword} {name}" + (f" ({', '.join(found)})" if action == "override" else "")
        for (action, keyword, name), found in parts.items()
    ]


# --- order ---------------------------------------------------------------------------------------------------


def _sorted(subjects: Sequence[Subject], sort: str) -> tuple[list[Subject], str]:
    """The names in the order asked for, and that order in words. Who cannot be placed stands last, as given."""
    if sort == GIVEN:
        return list(subjects), "in the order they were named"
    if sort == TICKER:
        return sorted(subjects, key=lambda s: s.ticker), "sorted by ticker"
    if sort == SCORE:
        alike = len({s.report.fingerprint for s in subjects}) == 1
        words = "sorted by score, the highest lower end first" + (
            "" if alike else " (not all are held to the same rules)"
        )
        return _placed(subjects, _by_score, words, "of the score nothing is known")
    titled = sorted(subjects, key=lambda s: not s.main)
    metric = next((m.title for s in titled for m in s.report.metrics if m.name == sort), None)
    if metric is not None:
        words = f"sorted by {metric}, the highest lower end first"
        return _placed(subjects, lambda s: _by_metric(s, sort), words, "no figure is known")
    title = next(v.title for s in titled for v in s.report.verdicts if v.name == sort)
    return _placed(
        subjects,
        lambda s: _by_verdict(s, sort),
        f"sorted by {title}, bullish before neutral before bearish",
        "not decided",
    )


def _placed(
    subjects: Sequence[Subject], key: Callable[[Subject], tuple[float, ...] | None], words: str, why: str
) -> tuple[list[Subject], str]:
    keys = [(key(s), s) for s in subjects]
    placed = [s for k, s in sorted(((k, s) for k, s in keys if k is not None), key=lambda pair: pair[0])]
    last = [s for k, s in keys if k is None]
    return [*placed, *last], words + (f"; {why}, so last: {', '.join(s.ticker for s in last)}" if last else "")


def _by_score(subject: Subject) -> tuple[float, ...] | None:
    score = subject.report.score
    if score is None or score.low is None or score.high is None or (score.low <= -1 and score.high >= 1):
        return None
    return -score.low, -score.high


def _by_metric(subject: Subject, name: str) -> tuple[float, ...] | None:
    value = next((m.value for m in subject.report.metrics if m.name == name), None)
    if value is None or not value.known or value.low is None:
        return None
    return -value.low, -math.inf if value.high is None else -value.high


def _by_verdict(subject: Subject, name: str) -> tuple[float, ...] | None:
    verdict = next((v for v in subject.report.verdicts if v.name == name), None)
    if verdict is None or not verdict.decided:
        return None
    outcomes = [row.outcome for row in verdict.rows]
    at = outcomes.index(verdict.outcomes[0]) if verdict.outcomes[0] in outcomes else len(outcomes)
    return _TONES[verdict.tone], at


# --- rows ------------------------------------------------------------------------------------------------------


def _cell(
    ticker: str, state: o.CellState, text: str, words: Sequence[str] = (), low: float | None = None,
    high: float | None = None, because: str = "", otherwise: str = "",
) -> o.Cell:  # fmt: skip
    return o.Cell(ticker=ticker, state=state, text=text, words=list(words), low=low, high=high, because=because,
                  otherwise=otherwise)  # fmt: skip


def _row(kind: o.RowKind, name: str, title: str, cells: list[o.Cell]) -> o.Row:
    return o.Row(kind=kind, name=name, title=title, side=None, weight=None, critical=False, cells=cells)


def _not_asked(ticker: str) -> o.Cell:
    return _cell(ticker, "not asked", "not asked")


def _union(
    subjects: Sequence[Subject], part: Callable[[r.Report], Iterable[N]]
) -> list[tuple[str, N, list[tuple[str, N | None]]]]:
    """Every name of a part of any report, with the first that has it (of those that are held to the rules of
    all, where one does) and what each subject has."""
    tables = [(s.ticker, {x.name: x for x in part(s.report)}) for s in subjects]
    names = dict.fromkeys(n for _, table in tables for n in table)
    titled = [table for s, (_, table) in sorted(zip(subjects, tables, strict=True), key=lambda pair: not pair[0].main)]
    return [
        (n, next(table[n] for table in titled if n in table), [(ticker, table.get(n)) for ticker, table in tables])
        for n in names
    ]


def _verdicts(subjects: Sequence[Subject]) -> Iterator[o.Row]:
    for name, first, found in _union(subjects, lambda report: report.verdicts):
        asked = _table(first)
        cells = [_verdict(t, v, asked) if v is not None else _not_asked(t) for t, v in found]
        title = f"{first.title} ({first.horizon})" if first.horizon else first.title
        yield _row("verdict", name, title, cells)


def _table(verdict: r.VerdictResult) -> str:
    return "; ".join(f"{row.written}: {row.outcome}" for row in verdict.rows)


def _verdict(ticker: str, verdict: r.VerdictResult, asked: str) -> o.Cell:
    otherwise = _table(verdict) if _table(verdict) != asked else ""
    if verdict.applicable == "no":
        text = f"{DOES_NOT_APPLY}: {verdict.because}"
        return _cell(ticker, "not applicable", text, verdict.outcomes, otherwise=otherwise)
    if not verdict.decided:
        all_of_them = len(verdict.outcomes) == len({row.outcome for row in verdict.rows})
        text = f"unknown: any of {len(verdict.outcomes)}" if all_of_them else f"unknown: {_either(verdict.outcomes)}"
        return _cell(ticker, "unknown", text, verdict.outcomes, otherwise=otherwise)
    state: o.CellState = verdict.tone or "decided"
    return _cell(ticker, state, verdict.outcomes[0], verdict.outcomes, because=verdict.because, otherwise=otherwise)


def _either(words: Sequence[str]) -> str:
    if len(words) < 2 or any("," in word for word in words):
        return " or ".join(words)
    return f"{', '.join(words[:-1])} or {words[-1]}"


def _score(subjects: Sequence[Subject]) -> o.Row:
    cells = []
    for subject in subjects:
        score = subject.report.score
        if score is None:
            cells.append(_not_asked(subject.ticker))
            continue
        exact = score.low is not None and score.low == score.high
        nothing = score.low is not None and score.high is not None and score.low <= -1 and score.high >= 1
        state: o.CellState = "unknown" if nothing else "figure" if exact else "bounded"
        text = f"unknown: {score.text}" if nothing else score.text
        cells.append(_cell(subject.ticker, state, text, low=score.low, high=score.high))
    return _row("score", SCORE, "Score, from −100% to +100%", cells)


def _pillars(subjects: Sequence[Subject]) -> Iterator[o.Row]:
    for name, first, found in _union(subjects, lambda report: report.pillars):
        cells = [_pillar(t, p) if p is not None else _not_asked(t) for t, p in found]
        yield _row("pillar", name, first.question, cells)


def _pillar(ticker: str, pillar: r.PillarResult) -> o.Cell:
    if not pillar.decided:
        return _cell(ticker, "unknown", f"unknown: {_either(pillar.statuses)}", pillar.statuses)
    status = pillar.statuses[0]
    if status == DOES_NOT_APPLY:
        return _cell(ticker, "not applicable", status, pillar.statuses)
    assert status in ("supported", "undermined", "contested", "open")
    return _cell(ticker, status, status, pillar.statuses)  # type: ignore[arg-type]


def _conditions(subjects: Sequence[Subject]) -> Iterator[o.Row]:
    rows = []
    for name, first, found in _union(subjects, lambda report: report.conditions):
        cells = _judged(found, _question(first), _question)
        rows.append(o.Row(kind="condition", name=name, title=first.title, side=first.side, weight=first.weight,
                          critical=first.critical, cells=cells))  # fmt: skip
    yield from sorted(rows, key=lambda row: (row.side == "bear", not row.critical, -(row.weight or 0.0)))


def _judged(
    found: Iterable[tuple[str, r.ConditionResult | None]], asked: str, question: Callable[[r.ConditionResult], str]
) -> list[o.Cell]:
    """A cell for each name; where a name's rules ask something else than `asked`, it says what."""
    cells = []
    for ticker, one in found:
        if one is None:
            cells.append(_not_asked(ticker))
            continue
        otherwise = question(one) if question(one) != asked else ""
        cells.append(_cell(ticker, one.state, one.state, because=one.because, otherwise=otherwise))
    return cells


def _question(condition: r.ConditionResult) -> str:
    """All that decides what a condition says and how much it counts."""
    applies = f"applies when {condition.applies}, " if condition.applies else ""
    critical = ", critical" if condition.critical else ""
    return f"{condition.side}: {applies}when {condition.written}, weight {condition.weight:g}{critical}"


def _kills(subjects: Sequence[Subject]) -> Iterator[o.Row]:
    for name, first, found in _union(subjects, lambda report: report.kills):
        yield _row("kill", name, first.title, _became(found, _ending(first), _ending))


def _catalysts(subjects: Sequence[Subject]) -> Iterator[o.Row]:
    for name, first, found in _union(subjects, lambda report: report.catalysts):
        yield _row("catalyst", name, first.title, _became(found, _expected(first), _expected))


def _became(found: Iterable[tuple[str, E | None]], asked: str, question: Callable[[E], str]) -> list[o.Cell]:
    """What became of an event of each name, and on which day; what its condition says today is something else."""
    cells = []
    for ticker, one in found:
        if one is None:
            cells.append(_not_asked(ticker))
            continue
        day = one.day if isinstance(one, r.KillResult) else one.judged
        judged_on = day if one.status in ("has happened", "met", "missed") else None
        near = isinstance(one, r.KillResult) and one.near
        text = f"{one.status}{f' on {judged_on}' if judged_on is not None else ''}{', and near' if near else ''}"
        otherwise = question(one) if question(one) != asked else ""
        cells.append(_cell(ticker, one.status, text, because=one.because, otherwise=otherwise))
    return cells


def _ending(kill: r.KillResult) -> str:
    return f"when {kill.written}" + (f", by {kill.by}" if kill.by is not None else "")


def _expected(catalyst: r.CatalystResult) -> str:
    return f"expects {catalyst.written}, on {catalyst.day}"


def _valuations(subjects: Sequence[Subject]) -> Iterator[o.Row]:
    """How far the price lies below each value: a value alone stands among the metrics."""
    for name, first, found in _union(subjects, lambda report: report.valuations):
        cells = [_upside(t, v, first.written) if v is not None else _not_asked(t) for t, v in found]
        yield _row("valuation", name, f"{first.title}: upside", cells)


def _upside(ticker: str, one: r.ValuationResult, asked: str) -> o.Cell:
    value = one.upside
    exact = value.low is not None and value.low == value.high
    known: o.CellState = "figure" if exact else "bounded"
    state: o.CellState = "not meaningful" if not value.meaningful else known if value.known else "unknown"
    day = f" on {one.price_day}" if one.price_day is not None else ""
    old = f", {one.price_age_days} days old" if one.price_old else ""
    beside = f"{one.value.text} against {one.price.text}{day}{old}"
    return _cell(ticker, state, value.text, low=value.low, high=value.high, because=beside,
                 otherwise=one.written if one.written != asked else "")  # fmt: skip


def _metrics(subjects: Sequence[Subject]) -> Iterator[o.Row]:
    for name, first, found in _union(subjects, lambda report: report.metrics):
        cells = [_metric(t, m, first.written) if m is not None else _not_asked(t) for t, m in found]
        yield _row("metric", name, first.title, cells)


def _metric(ticker: str, metric: r.MetricResult, asked: str) -> o.Cell:
    value = metric.value
    exact = value.low is not None and value.low == value.high
    decided: o.CellState = "decided" if value.unit == "flag" else "figure" if exact else "bounded"
    state: o.CellState = "not meaningful" if not value.meaningful else decided if value.known else "unknown"
    missing = "; ".join(" ".join(w for w in (x.title or x.reason, x.period) if w) for x in metric.reasons[:_MISSING])
    return _cell(ticker, state, value.text, low=value.low, high=value.high, because=missing,
                 otherwise=metric.written if metric.written != asked else "")  # fmt: skip


def _thresholds(subjects: Sequence[Subject]) -> Iterator[o.Row]:
    """The thresholds that are not the same for all."""
    for name, first, found in _union(subjects, lambda report: report.params):
        texts = {p.value.text if p is not None else "" for _, p in found}
        if len(texts) < 2:
            continue
        cells = [
            _cell(t, "figure" if p.value.known else "unknown", p.value.text, low=p.value.low, high=p.value.high)
            if p is not None
            else _not_asked(t)
            for t, p in found
        ]
        yield _row("threshold", name, first.title, cells)
