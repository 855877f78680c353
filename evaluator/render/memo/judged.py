"""What is judged: the scorecard with its figures over time, and how each verdict was reached.

In: a `Report`, what draws for paper. Out: blocks. Must not know which format sets them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evaluator.render.charts import heaviest
from evaluator.render.languages.speaking import noted, say, term
from evaluator.render.memo import words
from evaluator.render.memo.drawing import Drawing
from evaluator.render.outlook.blocks import Block, Cell, Heading, Items, Picture, Pictures, Table, Words, cells
from evaluator.render.text import (
    STATE_MARKS,
    STATUS_LOOKS,
    STATUS_MARKS,
    either,
    look,
    percent,
    plural,
    short_period,
    spaced,
    statuses,
)
from evaluator.render.text import scorecard as grouped
from evaluator.schema.report import ConditionResult, KeyFigure, PillarResult, Report, RowResult, SeriesResult

PERIODS = 6
"""So many of the last periods of a series stand in its row: what fits the width of a page."""


def scorecard(report: Report, drawing: Drawing | None = None) -> Iterator[Block | Pictures]:
    """Each pillar with its status and its conditions; figures over time."""
    groups = grouped(report)
    if groups:
        most = heaviest(conditions for _, conditions in groups)
        yield _overview(groups, most, drawing)
        yield Words(
            say("✓ true, ✗ false, ? unknown, – not applicable, ∅ not meaningful. Shares are of all weights."), "quiet"
        )
        if drawing is not None:
            yield Words(say(_LEGEND), "quiet")
    else:
        yield Words(say("These rules have no pillar."))
    for pillar, conditions in groups:
        yield Heading(f"{pillar.question} · {_status(pillar)}")
        if conditions:
            rows = tuple(_condition(condition, drawing) for condition in conditions)
            yield Table((say("Condition"), say("Side"), say("Share"), say("State")), rows)
        else:
            yield Words(say("No condition stands on this pillar."))
    if report.series or report.forecasts:
        yield from _over_time(report, drawing)


_LEGEND = noted(
    "Length is weight, bears to the left and bulls to the right: full where true, hatched where unknown, empty where false. In the "
    "strips the upright mark is the threshold, the thick side is where the condition holds, the dot is the figure."
)


def _overview(
    groups: Sequence[tuple[PillarResult, list[ConditionResult]]], most: float, drawing: Drawing | None
) -> Table:
    """The pillars, each with its status, on paper with its weights."""
    rows: list[tuple[Cell, ...]] = []
    for pillar, conditions in groups:
        status = Cell(_status(pillar), _status_look(pillar))
        if drawing is None:
            rows.append((Cell(pillar.question), status))
            continue
        said = say(
            "%(question)s Weights of bears to the left, bulls to the right; %(outcomes)s",
            question=pillar.question,
            outcomes=statuses(pillar.statuses),
        )
        drawn = drawing.weights(conditions, most, said)
        rows.append((Cell(pillar.question), Cell("", more=("",), drawn=(drawn,)), status))
    return Table((say("Pillar"), *((say("Weights"),) if drawing is not None else ()), say("Status")), tuple(rows))


def _condition(c: ConditionResult, drawing: Drawing | None) -> tuple[Cell, ...]:
    more = [c.because] if c.because else []
    drawn: list[Picture | None] = [None] * len(more)
    for check in c.checks:
        more.append(words.one(check, far=True) + (f"; {check.period}" if check.period else ""))
        drawn.append(drawing.check(check) if drawing is not None else None)
    if c.state in ("unknown", "not meaningful"):
        more += [
            f"{(say('Missing') if c.state == 'unknown' else say('Means nothing'))}: {why}"
            for why in words.missing(c.reasons)
        ]
    if c.facts:
        facts = ", ".join(map(str, c.facts[:12])) + (
            say(" and %(count)s more", count=len(c.facts) - 12) if len(c.facts) > 12 else ""
        )
        more.append(
            say(
                "Rests on %(evidence)s: %(more)s %(facts)s",
                evidence=words.evidence(c.kinds),
                more=say("fact") if len(c.facts) == 1 else say("facts"),
                facts=facts,
            )
        )
    side = say("critical %(side)s", side=term(c.side)) if c.critical else term(c.side)
    if c.applies:
        more.append(say("Applies when %(applies_words)s", applies_words=c.applies_words))
    drawn += [None] * (len(more) - len(drawn))
    state = Cell(f"{STATE_MARKS[c.state]} {term(c.state)}", look(c))
    what = Cell(c.title, strong=True, more=tuple(more), drawn=tuple(drawn))
    return what, Cell(side), Cell(percent(c.share)), state


def _over_time(report: Report, drawing: Drawing | None) -> Iterator[Block | Pictures]:
    """Drawn where a figure can be, else in tables."""
    yield Heading(say("Figures over time"))
    drawn: list[tuple[str, Picture]] = []
    left = [s for s in report.series if s.points]
    steps = list(report.forecasts)
    if drawing is not None:
        for s in report.series:
            picture = drawing.series(s)
            if picture is not None:
                named = s.threshold_title if s.threshold is not None and s.threshold_title != s.threshold.text else None
                dashed = (
                    say(
                        " (dashed: %(part)s, %(threshold)s)", part=named or say("threshold"), threshold=s.threshold.text
                    )
                    if s.threshold is not None
                    else ""
                )
                drawn.append((f"{s.title}{dashed}", picture))
                left.remove(s)
        for f in report.forecasts:
            picture = drawing.forecast(f)
            if picture is not None:
                drawn.append((say("%(title)s, forecast by the rules", title=f.title), picture))
                steps.remove(f)
    if drawn:
        yield Words(say(_MARKS), "quiet")
        yield Pictures(tuple(drawn))
    yield from _histories(left)
    for f in steps:
        heads = (say("start") if not at else f"+{plural(at, f.step)}" for at in range(len(f.path)))
        path = cells(f.title, *(v.text if v.known else "?" for v in f.path))
        yield Table((say("Forecast"), *heads), (path,))


_MARKS = noted(
    "Full marks: given by a source. Squares: derived from what sources gave. Hollow: by formula. Bars: known within bounds. Hatched "
    "with ?: no figure known."
)


def key_figures(report: Report) -> Iterator[Block]:
    """What the rules show, with its history."""
    for table in report.key_figures:
        rows = tuple((*_key_figure(f), *cells(*(spaced(p.text) if p else "–" for p in f.past))) for f in table.figures)
        yield Table((say("Key figure"), say("Now"), say("Of"), *table.periods), rows)


def _histories(series: Sequence[SeriesResult]) -> Iterator[Table]:
    """Series in as few tables as may be: each table has the newest periods of those that it holds."""
    left = list(series)
    while left:
        ends = {p.end: short_period(p.period, p.end) for s in left for p in s.points[-PERIODS:]}
        newest = {end: ends[end] for end in sorted(ends)[-PERIODS:]}
        here = [
            s
            for s in left
            if len({p.end for p in s.points[-PERIODS:]} & newest.keys()) * 2 >= min(PERIODS, len(s.points))
        ]
        here = here or left[:1]
        rows = []
        for s in here:
            at = {p.end: p.value.text if p.value.known else "?" for p in s.points}
            threshold = s.threshold.text if s.threshold else "–"
            rows.append(cells(s.title, threshold, *(at.get(end, "–") for end in newest)))
        yield Table((say("Figure"), say("Threshold"), *newest.values()), tuple(rows))
        left = [s for s in left if s not in here]


def _key_figure(figure: KeyFigure) -> tuple[Cell, ...]:
    said = words.which(figure.reasons, figure.value.meaningful)
    why = (said,) if said else ()
    return Cell(figure.title), Cell(spaced(figure.value.text), strong=True, more=why), Cell(figure.period or "–")


def reached(report: Report) -> Iterator[Block]:
    """Each verdict's table, down to the row that decides."""
    if not report.verdicts:
        yield Words(say("These rules have no verdict."))
        return
    yield Words(say("A table is read from the top; the first row that holds gives the outcome."), "quiet")
    for verdict in report.verdicts:
        if verdict.applicable == "no":
            yield Heading(say("%(title)s does not apply", title=verdict.title))
            yield Words(
                say(
                    "%(because)s. It applies when %(applies_words)s.",
                    because=verdict.because,
                    applies_words=verdict.applies_words,
                )
            )
            continue
        yield Heading(f"{verdict.title}: {either(verdict.outcomes)}")
        if verdict.applies:
            known = say(", which is not known") if verdict.applicable == "unknown" else ""
            yield Words(
                say("It applies when %(applies_words)s%(known)s.", applies_words=verdict.applies_words, known=known)
            )
        rows, done = [], False
        for at, row in enumerate(verdict.rows, 1):
            checks = () if done else tuple(words.one(check) for check in row.checks)
            said = (row.words or row.written) if len(checks) != 1 else ""  # one check says the same with its figures
            answer = Cell(*_answer(row, verdict.decided, done))
            rows.append(
                (
                    Cell(str(at)),
                    Cell(row.outcome, strong=row.decides),
                    Cell(said, more=("; ".join(checks),) if checks else ()),
                    answer,
                )
            )
            done = done or (row.decides and row.holds == "true")
        yield Table(("#", say("Outcome"), say("When"), ""), tuple(rows))
        if not verdict.decided and verdict.reasons:
            yield Items(tuple(say("Open because: %(why)s", why=why) for why in words.missing(verdict.reasons)))


def _answer(row: RowResult, decided: bool, done: bool) -> tuple[str, str]:
    """What became of a row, and its look."""
    if row.decides:
        return (say("decides"), "strong") if decided else (say("may decide"), "warn")
    if done:
        return say("not reached"), "flat"
    return (say("does not hold"), "flat") if row.holds == "false" else (term(row.holds), "warn")


def _status(pillar: PillarResult) -> str:
    return f"{STATUS_MARKS[pillar.statuses[0]] if pillar.decided else '?'} {statuses(pillar.statuses)}"


def _status_look(pillar: PillarResult) -> str:
    return STATUS_LOOKS[pillar.statuses[0]] if pillar.decided else "warn"
