"""What may come: scenarios with value, what is unknown, catalysts, risks and kills, questions for management.

In: a `Report`. Out: blocks. Must not know which format sets them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evaluator.render.charts import Heat, heat_strip
from evaluator.render.languages.speaking import say, term
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
    made,
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
        span = (say("%(range)s over all scenarios", range=spaced(v.range.text)),) if v.range is not None else ()
        price = f"{v.price_title} {spaced(v.price.text)}" + (f", {long_date(v.price_day)}" if v.price_day else "")
        old = say(" (old: %(count)s)", count=plural(v.price_age_days or 0, "day")) if v.price_old else ""
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
            rows.append(
                cells(
                    say("– in %(title)s%(chance)s", title=s.title, chance=chance),
                    spaced(s.value.text),
                    "",
                    spaced(s.upside.text),
                    "",
                )
            )
        if v.weighted is not None:
            rest = (
                say(" (%(share)s counts as today's world)", share=percent(report.unassigned))
                if report.unassigned
                else ""
            )
            row = (
                say("– weighted by probability%(rest)s", rest=rest),
                spaced(v.weighted.value.text),
                "",
                spaced(v.weighted.upside.text),
                "",
            )
            rows.append(cells(*row))
    yield Table(("", say("Value"), say("Price"), say("Upside"), say("Margin of safety")), tuple(rows))
    lines = [
        f"{v.title} {(say('is missing') if v.value.meaningful else say('means nothing'))}: {why}"
        for v in report.valuations
        for why in words.missing(v.reasons)
    ]
    lines += [
        say("%(price_title)s is missing: %(why)s", price_title=v.price_title, why=why)
        for v in report.valuations
        for why in words.missing(v.price_reasons)
    ]
    if lines:
        yield Items(tuple(lines))


def scenarios(report: Report) -> Iterator[Block]:
    """What it is worth, and today beside each scenario."""
    yield from _valuation(report)
    if not report.scenarios:
        yield Words(say("These rules name no scenario."))
        return
    rows: list[tuple[Cell, ...]] = []
    assumed = []
    for s in report.scenarios:
        lines = []
        for a in s.assumes:
            lasting = f" {spaced(made(a.lasting))}" if a.lasting else ""
            same = a.value.text == a.instead.text and not a.lasting
            today = say("as today") if same else say("today %(instead)s", instead=spaced(a.instead.text))
            lines.append(f"{a.title} {spaced(a.value.text)}{lasting} ({today})")
        assumed.append(Cell("", more=tuple(lines)))
    rows.append((Cell(say("Assumes")), Cell(say("the facts as they are")), *assumed))
    heat = heat_strip(report)
    for at, v in enumerate(report.verdicts):
        there = [v.outcomes, *(s.outcomes.get(v.name, []) for s in report.scenarios)]
        rows.append(
            (Cell(v.title), *(_toned(h.cells[at], t, t != v.outcomes) for h, t in zip(heat, there, strict=True)))
        )
    rows.append((Cell(say("Score")), *(_toned(h.cells[-1]) for h in heat)))
    for at, figure in enumerate(report.figures):
        there_too = (s.figures[at].value.text for s in report.scenarios)
        rows.append(cells(figure.title, figure.value.text, *there_too))
    turned = (Cell("" if s.turned else say("nothing"), more=tuple(s.turned)) for s in report.scenarios)
    rows.append((Cell(say("What turns")), Cell("–"), *turned))
    heads = (
        f"{s.title} ({say('no probability') if s.probability is None else percent(s.probability)})"
        for s in report.scenarios
    )
    yield Table(("", say("Today"), *heads), tuple(rows))
    for s in report.scenarios:
        if s.stays:
            names = ", ".join(s.stays)
            one = say("%(title)s leaves %(names)s as a source gives it: assume it too.", title=s.title, names=names)
            several = say(
                "%(title)s leaves %(names)s as a source gives them: assume them too.", title=s.title, names=names
            )
            yield Words(one if len(s.stays) == 1 else several, "quiet")
    rest = say(" (%(share)s counts as today's world)", share=percent(report.unassigned)) if report.unassigned else ""
    if report.weighted:
        figures = "; ".join(f"{f.title} {f.value.text}" for f in report.weighted)
        yield Words(say("Weighted by probability%(rest)s: %(figures)s.", rest=rest, figures=figures))
    elif report.unassigned:
        yield Words(
            say(
                "%(share)s of probability is given to no scenario, and counts as today's world.",
                share=percent(report.unassigned),
            )
        )


def _toned(heat: Heat, outcomes: Sequence[str] = (), changed: bool = False) -> Cell:
    """A verdict or the score in one world, coloured by its tone; `outcomes`: all that are possible there."""
    said = f"{heat.mark} {either(outcomes) if outcomes else heat.text}{say(' (changed)') if changed else ''}"
    return Cell(said, heat.look, strong=changed, toned=True)


def unknowns(report: Report) -> Iterator[Block]:
    """What is missing, the most telling first."""
    if not report.unknowns:
        yield Words(say("Nothing that these rules ask for is missing."))
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
        hangs = ", ".join(titles.get(name, name) for name in u.conditions) or say("no condition that is unknown now")
        weight = say(" (weight %(weight)s)", weight=number(u.weight)) if u.weight else ""
        does = [
            say(
                "%(title)s: from %(count)s to %(then)s on average",
                title=n.title,
                count=plural(n.now, "outcome"),
                then=number(n.then),
            )
            for n in u.verdicts
        ]
        if u.score_gain > 0.0005:
            does.append(say("score narrower by %(score_gain)s on average", score_gain=points(u.score_gain)))
        not_read = say(
            ". The facts give %(names)s, which these rules do not read: is %(name)s meant?",
            names=", ".join(u.not_read),
            name=u.name,
        )
        rows.append(
            cells(
                str(at),
                f"{u.title} ({(say('required') if u.required else say('optional'))})",
                words.wanted(u) + (not_read if u.not_read else ""),
                hangs + weight,
                "; ".join(does) or say("nothing by itself"),
            )
        )
    yield Words(say("Ranked by how much knowing each would narrow the verdicts, then the score."), "quiet")
    head = ("#", say("Figure"), say("What is missing"), say("What hangs on it"), say("What knowing it would do"))
    yield Table(head, tuple(rows))


def catalysts(report: Report, drawing: Drawing | None = None) -> Iterator[Block | Pictures]:
    """The price of the last year with what happened; what is dated."""
    if report.prices is not None:
        yield from _priced(report.prices, drawing)
    rows = []
    for c in report.catalysts:
        tone, mark = CATALYST_LOOKS[c.status]
        more = [c.because] if c.because else []
        more += [say("Then: %(one)s", one=words.one(check)) for check in c.then]
        if c.status in ("upcoming", "pending"):
            more += [say("Today: %(one)s", one=words.one(check, far=True, event="coming")) for check in c.checks]
        more += [
            f"{(say('Nothing shows it') if c.status == 'missed' else say('Missing'))}: {why}"
            for why in words.missing(c.reasons)
        ]
        judged = say(", judged on %(day)s", day=long_date(c.judged)) if c.judged is not None else ""
        day = Cell(f"{long_date(c.day)} ({in_days(c.days_left)})")
        rows.append((Cell(c.title, strong=True, more=tuple(more)), day, Cell(f"{mark} {term(c.status)}{judged}", tone)))
    if rows:
        yield Table((say("What"), say("Day"), say("Status")), tuple(rows))
    else:
        yield Words(say("These rules name no dated event."))


def _priced(prices: PriceResult, drawing: Drawing | None) -> Iterator[Block | Pictures]:
    picture = drawing.prices(prices) if drawing is not None else None
    begin, end = prices.days[0], prices.days[-1]
    if picture is None:
        yield Words(
            say(
                "%(title)s: %(first)s on %(begin)s, %(last)s on %(end)s.",
                title=prices.title,
                first=prices.first,
                begin=long_date(begin),
                last=prices.last,
                end=long_date(end),
            )
        )
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
    yield Heading(say("Bears that are false, and near"))
    near = [
        (
            Cell(r.title, strong=True, more=tuple(words.one(check, far=True) for check in r.checks)),
            Cell(say("%(distance)s away", distance=moves(r.distance))),
        )
        for r in report.front.risks
    ]
    if near:
        yield Table((say("Not so today"), say("How near")), tuple(near))
    else:
        yield Words(say("No bear is within two usual moves of a quarter of its threshold."))
    yield Heading(say("What would end the thesis"))
    yield from _kills(report)


def questions(report: Report) -> Iterator[Block]:
    """What to ask the company's management, and why."""
    found = report.front.questions
    if not found:
        yield Words(say("Nothing that management could answer is unknown, contradicted or restated."))
        return
    rows = tuple((Cell(str(at)), Cell(q.text), Cell(q.why)) for at, q in enumerate(found, 1))
    yield Table(("#", say("Question"), say("Why")), rows)


def _kills(report: Report) -> Iterator[Block]:
    if report.judged_from is not None:
        yield Words(
            say(
                "The rules name no day on which the thesis began, so events are judged from %(day)s, the first day on which "
                "anything is known.",
                day=long_date(report.judged_from),
            ),
            "quiet",
        )
    rows = []
    for k in report.kills:
        by = f"{long_date(k.by)} ({in_days(k.days_left or 0)})" if k.by is not None else "–"
        status = f"{KILL_MARKS[k.status]} {term(k.status)}" + (
            say(" on %(day)s", day=long_date(k.day)) if k.day is not None else ""
        )
        more = [say("Then: %(one)s", one=words.one(check, event="kill")) for check in k.then]
        more += [
            f"{(say('Today: ') if k.then else '')}{words.one(check, far=True, event='kill')}" for check in k.checks
        ]
        more += [
            say(
                "%(trend_words)s: %(figure)s %(names)s, %(periods)s to %(periods2)s",
                trend_words=say(TREND_WORDS[t.direction]),
                figure=t.figure,
                names=" → ".join(t.values),
                periods=t.periods[0],
                periods2=t.periods[-1],
            )
            for t in report.front.trends
            if t.name == k.name
        ]
        if k.status == "pending" or (k.status == "watched" and k.state == "unknown"):
            more += [say("Missing: %(why)s", why=why) for why in words.missing(k.reasons)]
        if k.near:
            world = say("It holds in this world, and not by the facts.") if report.what_if else ""
            more.append(world or say("It holds on today's figures, which rest on what is only expected."))
        said = (k.because,) if k.because else ()
        rows.append((Cell(k.title, strong=True, more=(*said, *more)), Cell(by), Cell(status, KILL_LOOKS[k.status])))
    if rows:
        yield Table((say("What"), say("By"), say("Status")), tuple(rows))
    else:
        yield Words(say("These rules name nothing that would end the thesis."))
