"""What may come: scenarios with value, what is unknown, catalysts, risks and kills, questions for management.

In: a `Report`. Out: blocks. Must not know which format sets them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evaluator.render.charts import Heat, heat_strip
from evaluator.render.memo import words
from evaluator.render.memo.drawing import Drawing
from evaluator.render.outlook.blocks import Block, Cell, Heading, Items, Pictures, Table, Words, cells
from evaluator.render.series import price_plot
from evaluator.render.text import (
    CATALYST_LOOKS,
    KILL_LOOKS,
    KILL_MARKS,
    TREND_WORDS,
    either,
    in_days,
    long_date,
    moves,
    number,
    percent,
    plural,
    points,
    spaced,
)
from evaluator.schema.report import PriceResult, Report


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


def scenarios(report: Report) -> Iterator[Block]:
    """What it is worth, and today beside each scenario."""
    yield from _valuation(report)
    if not report.scenarios:
        yield Words("These rules name no scenario.")
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
    heat = heat_strip(report)
    for at, v in enumerate(report.verdicts):
        there = [v.outcomes, *(s.outcomes.get(v.name, []) for s in report.scenarios)]
        rows.append(
            (Cell(v.title), *(_toned(h.cells[at], t, t != v.outcomes) for h, t in zip(heat, there, strict=True)))
        )
    rows.append((Cell("Score"), *(_toned(h.cells[-1]) for h in heat)))
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


def _toned(heat: Heat, outcomes: Sequence[str] = (), changed: bool = False) -> Cell:
    """A verdict or the score in one world, coloured by its tone; `outcomes`: all that are possible there."""
    said = f"{heat.mark} {either(outcomes) if outcomes else heat.text}{' (changed)' if changed else ''}"
    return Cell(said, heat.look, strong=changed, toned=True)


def unknowns(report: Report) -> Iterator[Block]:
    """What is missing, the most telling first."""
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


def catalysts(report: Report, drawing: Drawing | None = None) -> Iterator[Block | Pictures]:
    """The price of the last year with what happened; what is dated."""
    if report.prices is not None:
        yield from _priced(report.prices, drawing)
    rows = []
    for c in report.catalysts:
        tone, mark = CATALYST_LOOKS[c.status]
        more = [c.because] if c.because else []
        more += [f"Then: {words.one(check)}" for check in c.then]
        if c.status in ("upcoming", "pending"):
            more += [f"Today: {words.one(check, far=True, event='coming')}" for check in c.checks]
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


def _priced(prices: PriceResult, drawing: Drawing | None) -> Iterator[Block | Pictures]:
    picture = drawing.prices(prices) if drawing is not None else None
    begin, end = prices.days[0], prices.days[-1]
    if picture is None:
        yield Words(f"{prices.title}: {prices.first} on {long_date(begin)}, {prices.last} on {long_date(end)}.")
        return
    marks = [
        f"{mark.number} {'; '.join(f'{long_date(day)} {title}' for day, title in mark.entries)}"
        for mark in price_plot(prices).marks
    ]
    yield Pictures(((f"{prices.title}, with what happened", picture),), kept=bool(marks))
    if marks:
        yield Words(" · ".join(marks), "quiet")


def risks(report: Report) -> Iterator[Block]:
    """Bears that are false and near; then what would end the thesis, with the trend towards it."""
    yield Heading("Bears that are false, and near")
    near = [
        (
            Cell(r.title, strong=True, more=tuple(words.one(check, far=True) for check in r.checks)),
            Cell(f"{moves(r.distance)} away"),
        )
        for r in report.front.risks
    ]
    if near:
        yield Table(("Not so today", "How near"), tuple(near))
    else:
        yield Words("No bear is within two usual moves of a quarter of its threshold.")
    yield Heading("What would end the thesis")
    yield from _kills(report)


def questions(report: Report) -> Iterator[Block]:
    """What to ask the company's management, and why."""
    found = report.front.questions
    if not found:
        yield Words("Nothing that management could answer is unknown, contradicted or restated.")
        return
    rows = tuple((Cell(str(at)), Cell(q.text), Cell(q.why)) for at, q in enumerate(found, 1))
    yield Table(("#", "Question", "Why"), rows)


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
        more = [f"Then: {words.one(check, event='kill')}" for check in k.then]
        more += [f"{'Today: ' if k.then else ''}{words.one(check, far=True, event='kill')}" for check in k.checks]
        more += [
            f"{TREND_WORDS[t.direction]}: {t.figure} {' → '.join(t.values)}, {t.periods[0]} to {t.periods[-1]}"
            for t in report.front.trends
            if t.name == k.name
        ]
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
