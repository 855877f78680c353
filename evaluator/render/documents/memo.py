"""The memo as chapters of blocks: the one text that the PDF and the Word document set.

In: a `Report`. Out: `Document`. Must not know which format sets it, nor rules, facts or how anything was calculated.

What a committee reads comes first and fits few pages: verdicts, value, the key question, what would end the thesis, the
scorecard, scenarios, what is unknown, what is to come, how each verdict was reached. Facts, formulas, thresholds and
fingerprints stand in the appendix.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dsl.text.record import record
from evaluator.render.documents import words
from evaluator.render.documents.appendix import Chapter, appendix
from evaluator.render.outlook.blocks import Block, Cell, Head, Heading, Items, Table, Words, cells
from evaluator.render.outlook.pages import PAGES
from evaluator.render.text import (
    CATALYST_LOOKS,
    KILL_LOOKS,
    KILL_MARKS,
    STATE_MARKS,
    STATUS_LOOKS,
    STATUS_MARKS,
    TONE_LOOKS,
    TONE_MARKS,
    either,
    in_days,
    long_date,
    look,
    number,
    percent,
    plural,
    points,
    scorecard,
    short_period,
    spaced,
)
from evaluator.schema.report import (
    ConditionResult,
    KeyFigure,
    PillarResult,
    Report,
    RowResult,
    SeriesResult,
    VerdictResult,
)

PERIODS = 6
"""So many of the last periods of a series stand in its row: what fits the width of a page."""


@record
class Document:
    """A memo: its head, the chapters that are read, those to look things up in."""

    head: Head
    chapters: tuple[Chapter, ...]
    appendix: tuple[Chapter, ...]

    @property
    def front(self) -> tuple[tuple[Chapter, ...], tuple[Chapter, ...]]:
        """The chapters of the first page, which stand before the contents, and the others."""
        at = next((n for n, chapter in enumerate(self.chapters) if chapter.title == "Scorecard"), len(self.chapters))
        return self.chapters[:at], self.chapters[at:]


def document(report: Report) -> Document:
    """The memo of a report, with the sections that stand beside its own."""
    head = Head("Investment thesis", words.title(report), words.about(report), words.first(report), report.disclaimer)
    beside = _beside(report)
    chapters = (
        Chapter("Verdicts", tuple(_verdicts(report))),
        Chapter("Valuation", tuple(_valuation(report))),
        Chapter("The key question", tuple(_question(report))),
        Chapter("What would end the thesis", tuple(_kills(report))),
        Chapter("Scorecard", tuple(_scorecard(report))),
        *([] if "scenarios" in beside else [Chapter("Scenarios", tuple(_scenarios(report)))]),
        *beside.values(),
        Chapter("What is unknown, and what it could change", tuple(_unknowns(report))),
        Chapter("Catalysts", tuple(_catalysts(report))),
        Chapter("Figures over time", tuple(_over_time(report))),
        Chapter("How each verdict was reached", tuple(_reached(report))),
    )
    return Document(head, tuple(chapter for chapter in chapters if chapter.blocks), appendix(report))


def _beside(report: Report) -> dict[str, Chapter]:
    """The sections of other commands, by the name of each."""
    from evaluator.schema.beside import NotMade, ReportBeside

    if not isinstance(report, ReportBeside):
        return {}
    found: dict[str, Chapter] = {}
    for kind, page in PAGES.items():
        model = getattr(report.beside, kind, None)
        if isinstance(model, NotMade):
            why = f"This section is missing: {model.why}. To have it, {model.mend}."
            found[kind] = Chapter(page.title, (Words(why, "warn"),))
        elif model is not None:
            found[kind] = Chapter(page.title, tuple(page.blocks(model)))
    return found


# --- the first page ------------------------------------------------------------------------------------------


def _verdicts(report: Report) -> Iterator[Block]:
    if report.verdicts:
        yield Table(("Verdict", "Horizon", "Outcome", "Tone", "Because"), tuple(map(_verdict, report.verdicts)))
    else:
        yield Words("These rules have no verdict.")
    yield Words(words.score(report))
    for verdict in report.verdicts:
        if verdict.past:
            rows = "a row" if len(verdict.past) == 1 else "rows"
            yield Words(
                f"{verdict.title} is reached past {rows} whose figures mean nothing: {', '.join(verdict.past)}."
            )
        if verdict.assumes:
            yield Words(f"{verdict.title} rests on what the rules assume: {'; '.join(verdict.assumes)}.")
    own = words.own_thresholds(report)
    yield Words(f"Evidence: {words.evidence(report.evidence.shares)}{'; ' + own if own else ''}.", "quiet")


def _verdict(verdict: VerdictResult) -> tuple[Cell, ...]:
    tone = "–" if verdict.applicable == "no" else f"{TONE_MARKS[verdict.tone]} {verdict.tone or 'undecided'}"
    return (
        Cell(verdict.title),
        Cell(verdict.horizon or "–"),
        Cell(either(verdict.outcomes), strong=True),
        Cell(tone, TONE_LOOKS[verdict.tone] if verdict.applicable != "no" else "flat"),
        Cell(verdict.because or "–"),
    )


def _valuation(report: Report) -> Iterator[Block]:
    if not report.valuations:
        return
    rows: list[tuple[Cell, ...]] = []
    for v in report.valuations:
        span = (f"{spaced(v.range.text)} over all scenarios",) if v.range is not None else ()
        price = f"{v.price_title} {spaced(v.price.text)}" + (f", {long_date(v.price_day)}" if v.price_day else "")
        old = f" (old: {plural(v.price_age_days or 0, 'day')})" if v.price_old else ""
        rows.append(
            (
                Cell(v.title),
                Cell(spaced(v.value.text), strong=True, more=span),
                Cell(price + old, "warn" if v.price_old else ""),
                Cell(spaced(v.upside.text), strong=True),
                Cell(spaced(v.margin_of_safety.text)),
            )
        )
        for s in v.scenarios:
            chance = f" ({percent(s.probability)})" if s.probability is not None else ""
            rows.append(cells(f"– in {s.title}{chance}", spaced(s.value.text), "", spaced(s.upside.text), ""))
        if v.weighted is not None:
            rest = f" ({percent(report.unassigned)} counts as today's world)" if report.unassigned else ""
            row = (
                f"– weighted by probability{rest}",
                spaced(v.weighted.value.text),
                "",
                spaced(v.weighted.upside.text),
                "",
            )
            rows.append(cells(*row))
    yield Table(("", "Value", "Price", "Upside", "Margin of safety"), tuple(rows))
    lines = [
        f"{v.title} {'is missing' if v.value.meaningful else 'means nothing'}: {why}"
        for v in report.valuations
        for why in words.missing(v.reasons)
    ]
    lines += [f"{v.price_title} is missing: {why}" for v in report.valuations for why in words.missing(v.price_reasons)]
    if lines:
        yield Items(tuple(lines))


def _question(report: Report) -> Iterator[Block]:
    yield Words(report.asks or "These rules ask no key question.", "lead" if report.asks else "")
    if report.view:
        yield Words(f"How the market frames it: {report.view}")
    if report.pillars:
        rows = tuple((Cell(p.question), Cell(_status(p), _status_look(p))) for p in report.pillars)
        yield Table(("What it comes down to", "Today"), rows)


def _status(pillar: PillarResult) -> str:
    return f"{STATUS_MARKS[pillar.statuses[0]] if pillar.decided else '?'} {either(pillar.statuses)}"


def _status_look(pillar: PillarResult) -> str:
    return STATUS_LOOKS[pillar.statuses[0]] if pillar.decided else "warn"


def _kills(report: Report) -> Iterator[Block]:
    if report.judged_from is not None:
        yield Words(
            "The rules name no day on which the thesis began, so events are judged from "
            f"{long_date(report.judged_from)}, the first day on which anything is known.",
            "quiet",
        )
    rows = []
    for k in report.kills:
        by = f"{long_date(k.by)} ({in_days(k.days_left or 0)})" if k.by is not None else "–"
        status = f"{KILL_MARKS[k.status]} {k.status}" + (f" on {long_date(k.day)}" if k.day is not None else "")
        more = [f"Then: {words.one(check)}" for check in k.then]
        more += [f"{'Today: ' if k.then else ''}{words.one(check, far=True)}" for check in k.checks]
        if k.status == "pending" or (k.status == "watched" and k.state == "unknown"):
            more += [f"Missing: {why}" for why in words.missing(k.reasons)]
        if k.near:
            world = "It holds in this world, and not by the facts." if report.what_if else ""
            more.append(world or "It holds on today's figures, which rest on what is only expected.")
        said = (k.because,) if k.because else ()
        rows.append((Cell(k.title, strong=True, more=(*said, *more)), Cell(by), Cell(status, KILL_LOOKS[k.status])))
    if rows:
        yield Table(("What", "By", "Status"), tuple(rows))
    else:
        yield Words("These rules name nothing that would end the thesis.")


# --- the body ------------------------------------------------------------------------------------------------


def _scorecard(report: Report) -> Iterator[Block]:
    if not report.pillars:
        yield Words("These rules have no pillar.")
        return
    yield Words("✓ true, ✗ false, ? unknown, – not applicable, ∅ not meaningful. Shares are of all weights.", "quiet")
    for pillar, conditions in scorecard(report):
        yield Heading(f"{pillar.question} {_status(pillar)}")
        if conditions:
            rows = tuple(_condition(condition) for condition in conditions)
            yield Table(("Condition", "Side", "Share", "State"), rows)
        else:
            yield Words("No condition stands on this pillar.")


def _condition(c: ConditionResult) -> tuple[Cell, ...]:
    more = [c.because] if c.because else []
    for check in c.checks:
        more.append(words.one(check, far=True) + (f"; {check.period}" if check.period else ""))
    if c.state in ("unknown", "not meaningful"):
        more += [f"{'Missing' if c.state == 'unknown' else 'Means nothing'}: {why}" for why in words.missing(c.reasons)]
    if c.facts:
        facts = ", ".join(map(str, c.facts[:12])) + (f" and {len(c.facts) - 12} more" if len(c.facts) > 12 else "")
        more.append(f"Rests on {words.evidence(c.kinds)}: {'fact' if len(c.facts) == 1 else 'facts'} {facts}")
    side = f"critical {c.side}" if c.critical else c.side
    state = Cell(f"{STATE_MARKS[c.state]} {c.state}", look(c))
    return Cell(c.title, strong=True, more=tuple(more)), Cell(side), Cell(percent(c.share)), state


def _scenarios(report: Report) -> Iterator[Block]:
    if not report.scenarios:
        return
    rows: list[tuple[Cell, ...]] = [
        cells("Probability", "–", *("–" if s.probability is None else percent(s.probability) for s in report.scenarios))
    ]
    assumed = []
    for s in report.scenarios:
        lines = []
        for a in s.assumes:
            lasting = f" {spaced(a.lasting)}" if a.lasting else ""
            same = a.value.text == a.instead.text and not a.lasting
            today = "as today" if same else f"today {spaced(a.instead.text)}"
            lines.append(f"{a.title} {spaced(a.value.text)}{lasting} ({today})")
        assumed.append(Cell("", more=tuple(lines)))
    rows.append((Cell("Assumes"), Cell("the facts as they are"), *assumed))
    for v in report.verdicts:
        there = [s.outcomes.get(v.name, []) for s in report.scenarios]
        changed = [Cell(either(t) + (" (changed)" if t != v.outcomes else ""), strong=t != v.outcomes) for t in there]
        rows.append((Cell(v.title), Cell(either(v.outcomes)), *changed))
    scores = [s.score.text if s.score else "none" for s in report.scenarios]
    rows.append(cells("Score", report.score.text if report.score else "none", *scores))
    for at, figure in enumerate(report.figures):
        there_too = (s.figures[at].value.text for s in report.scenarios)
        rows.append(cells(figure.title, figure.value.text, *there_too))
    turned = (Cell("" if s.turned else "nothing", more=tuple(s.turned)) for s in report.scenarios)
    rows.append((Cell("What turns"), Cell("–"), *turned))
    yield Table(("", "Today", *(s.title for s in report.scenarios)), tuple(rows))
    for s in report.scenarios:
        if s.stays:
            them = "it" if len(s.stays) == 1 else "them"
            yield Words(f"{s.title} leaves {', '.join(s.stays)} as a source gives {them}: assume {them} too.", "quiet")
    rest = f" ({percent(report.unassigned)} counts as today's world)" if report.unassigned else ""
    if report.weighted:
        figures = "; ".join(f"{f.title} {f.value.text}" for f in report.weighted)
        yield Words(f"Weighted by probability{rest}: {figures}.")
    elif report.unassigned:
        yield Words(
            f"{percent(report.unassigned)} of probability is given to no scenario, and counts as today's world."
        )


def _unknowns(report: Report) -> Iterator[Block]:
    if not report.unknowns:
        yield Words("Nothing that these rules ask for is missing.")
        return
    for settled in report.settlements:
        yield Words(f"{settled.title}: {settled.sentence}")
        yield Items(
            tuple(
                f"{d.title}{f' ({d.due_text})' if d.due_text and len(settled.deciding) > 1 else ''}: "
                + "; ".join(f"{part.where}: {either(part.outcomes)}" for part in d.ranges)
                for d in settled.deciding
            )
        )
    titles = {c.name: c.title for c in report.conditions}
    rows = []
    for at, u in enumerate(report.unknowns, 1):
        hangs = ", ".join(titles.get(name, name) for name in u.conditions) or "no condition that is unknown now"
        weight = f" (weight {number(u.weight)})" if u.weight else ""
        does = [f"{n.title}: from {plural(n.now, 'outcome')} to {number(n.then)} on average" for n in u.verdicts]
        if u.score_gain > 0.0005:
            does.append(f"score narrower by {points(u.score_gain)} on average")
        not_read = f". The facts give {', '.join(u.not_read)}, which these rules do not read: is {u.name} meant?"
        rows.append(
            cells(
                str(at),
                f"{u.title} ({'required' if u.required else 'optional'})",
                words.wanted(u) + (not_read if u.not_read else ""),
                hangs + weight,
                "; ".join(does) or "nothing by itself",
            )
        )
    yield Words("Ranked by how much knowing each would narrow the verdicts, then the score.", "quiet")
    head = ("#", "Figure", "What is missing", "What hangs on it", "What knowing it would do")
    yield Table(head, tuple(rows))


def _catalysts(report: Report) -> Iterator[Block]:
    rows = []
    for c in report.catalysts:
        tone, mark = CATALYST_LOOKS[c.status]
        more = [c.because] if c.because else []
        more += [f"Then: {words.one(check)}" for check in c.then]
        if c.status in ("upcoming", "pending"):
            more += [f"Today: {words.one(check, far=True)}" for check in c.checks]
        more += [
            f"{'Nothing shows it' if c.status == 'missed' else 'Missing'}: {why}" for why in words.missing(c.reasons)
        ]
        judged = f", judged on {long_date(c.judged)}" if c.judged is not None else ""
        day = Cell(f"{long_date(c.day)} ({in_days(c.days_left)})")
        rows.append((Cell(c.title, strong=True, more=tuple(more)), day, Cell(f"{mark} {c.status}{judged}", tone)))
    if rows:
        yield Table(("What", "Day", "Status"), tuple(rows))
    else:
        yield Words("These rules name no dated event.")


def _over_time(report: Report) -> Iterator[Block]:
    for table in report.key_figures:
        rows = tuple((*_key_figure(f), *cells(*(spaced(p.text) if p else "–" for p in f.past))) for f in table.figures)
        yield Table(("Key figure", "Now", "Of", *table.periods), rows)
    yield from _histories([s for s in report.series if s.points])
    for f in report.forecasts:
        steps = ("start" if not at else f"+{plural(at, f.step)}" for at in range(len(f.path)))
        path = cells(f.title, *(v.text if v.known else "?" for v in f.path))
        yield Table(("Forecast", *steps), (path,))


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
        yield Table(("Figure", "Threshold", *newest.values()), tuple(rows))
        left = [s for s in left if s not in here]


def _key_figure(figure: KeyFigure) -> tuple[Cell, ...]:
    why = tuple(words.missing(figure.reasons))
    return Cell(figure.title), Cell(spaced(figure.value.text), strong=True, more=why), Cell(figure.period or "–")


def _reached(report: Report) -> Iterator[Block]:
    if not report.verdicts:
        return
    yield Words("A table is read from the top; the first row that holds gives the outcome.", "quiet")
    for verdict in report.verdicts:
        if verdict.applicable == "no":
            yield Heading(f"{verdict.title} does not apply")
            yield Words(f"{verdict.because}. It applies when {verdict.applies}.")
            continue
        yield Heading(f"{verdict.title}: {either(verdict.outcomes)}")
        if verdict.applies:
            known = ", which is not known" if verdict.applicable == "unknown" else ""
            yield Words(f"It applies when {verdict.applies}{known}.")
        rows, done = [], False
        for at, row in enumerate(verdict.rows, 1):
            more = () if done else tuple(words.one(check) for check in row.checks)
            answer = Cell(*_answer(row, verdict.decided, done))
            rows.append((Cell(str(at)), Cell(row.outcome, strong=row.decides), Cell(row.written, more=more), answer))
            done = done or (row.decides and row.holds == "true")
        yield Table(("#", "Outcome", "When", ""), tuple(rows))
        if not verdict.decided and verdict.reasons:
            yield Items(tuple(f"Open because: {why}" for why in words.missing(verdict.reasons)))


def _answer(row: RowResult, decided: bool, done: bool) -> tuple[str, str]:
    """What became of a row, and its look."""
    if row.decides:
        return ("decides", "strong") if decided else ("may decide", "warn")
    if done:
        return "not reached", "flat"
    return ("does not hold", "flat") if row.holds == "false" else (row.holds, "warn")
