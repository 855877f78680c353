"""The first page: the verdicts, the key question with what speaks for and against, the figures, value, score, what would prove it
wrong, what changed. The same words in the same order as `templates/partials/verdicts.md.j2`, which tests hold.

In: a `Report`, what draws for paper. Out: blocks. Must not know which format sets them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evaluator.render.languages.speaking import noted, say, term
from evaluator.render.memo import words
from evaluator.render.memo.drawing import Drawing
from evaluator.render.outlook.blocks import Block, Cell, Heading, Items, Pictures, Table, Words
from evaluator.render.text import (
    TONE_LOOKS,
    TONE_MARKS,
    apart,
    either,
    in_days,
    long_date,
    made,
    moves,
    named,
    plural,
    spaced,
)
from evaluator.schema.outlook import ChangesOutput
from evaluator.schema.report import Answer, Report, VerdictResult, WrongIf

_WRONG = {
    "undecided": noted("Cannot be ruled out today:"),
    "kill": noted("Nearest kill:"),
    "threshold": noted("Nearest threshold:"),
}
SPEAKS = {"for": "▲", "against": "▼", "neither": "◆", "open": "?"}
_NAMED, _MISSING, _VALUED, _TURNED = 5, 4, 2, 5
"""So many conditions, missing figures, valuations and changes are named; of more their number is said."""


def front(report: Report, drawing: Drawing | None = None) -> Iterator[Block | Pictures]:
    """The first page, below its head."""
    if report.verdicts:
        yield Table(
            (say("Verdict"), say("Horizon"), say("Outcome"), say("Tone"), say("Because")),
            tuple(map(_verdict, report.verdicts)),
        )
    else:
        yield Words(say("These rules have no verdict."))
    if report.asks:
        yield Heading(say("Key question"))
        yield Words(report.asks, "lead")
    if report.front.answer is not None:
        yield from _answer(report, report.front.answer)
    if report.front.bullets:
        yield Heading(say("In figures"))
        yield Items(tuple(text for _, text in _bullets(report)), tuple(lead for lead, _ in _bullets(report)))
    yield from _value(report)
    yield from _score(report, drawing)
    yield Heading(say("Wrong if"))
    wrong = list(_wrong(report))
    yield Items(tuple(text for _, text in wrong), tuple(lead for lead, _ in wrong))
    changes = getattr(getattr(report, "beside", None), "changes", None)
    if isinstance(changes, ChangesOutput):
        yield from _changed(changes)


def _verdict(verdict: VerdictResult) -> tuple[Cell, ...]:
    tone = "–" if verdict.applicable == "no" else f"{TONE_MARKS[verdict.tone]} {term(verdict.tone or 'undecided')}"
    return (
        Cell(verdict.title),
        Cell(verdict.horizon or "–"),
        Cell(either(verdict.outcomes), strong=True),
        Cell(tone, TONE_LOOKS[verdict.tone] if verdict.applicable != "no" else "flat"),
        Cell(verdict.because or "–"),
    )


def _answer(report: Report, answer: Answer) -> Iterator[Block]:
    yield Words(
        say(
            "Answer: %(more)s%(outcomes)s.",
            more="" if answer.decided else say("not decided: "),
            outcomes=either(answer.outcomes),
        ),
        "strong",
    )
    lists = (
        (say("✓ So today:"), [c.title for c in named(report, answer.holding[:_NAMED])], len(answer.holding) - _NAMED),
        (
            say("✗ Not so today:"),
            [c.title for c in named(report, answer.failing[:_NAMED])],
            len(answer.failing) - _NAMED,
        ),
        (say("? Unknown:"), [c.title for c in named(report, answer.unknown[:_NAMED])], len(answer.unknown) - _NAMED),
        (say("? Missing:"), answer.missing[:_MISSING], len(answer.missing) - _MISSING),
    )
    said = [(lead, _listed(titles, more)) for lead, titles, more in lists if titles]
    if said:
        yield Items(tuple(text for _, text in said), tuple(lead for lead, _ in said))


def _listed(titles: Sequence[str], more: int) -> str:
    return "; ".join(titles) + (say(" and %(more)s more", more=more) if more > 0 else "")


def _bullets(report: Report) -> Iterator[tuple[str, str]]:
    for b in report.front.bullets:
        judged = f": {b.judgement} {made(b.says)}" if b.judgement else ""
        yield b.lead, f"{b.text}{judged} {SPEAKS[b.speaks]}"


def _value(report: Report) -> Iterator[Block]:
    coming = next((c for c in report.catalysts if c.name == report.next_catalyst), None)
    if report.valuations or coming is not None:
        yield Heading(say("Valuation") if report.valuations else say("Next"))
    said = []
    for v in report.valuations[:_VALUED]:
        day = f", {long_date(v.price_day)}" if v.price_day is not None else ""
        old = say(" (old: %(count)s)", count=plural(v.price_age_days or 0, "day")) if day and v.price_old else ""
        span = say(", %(range)s over all scenarios", range=spaced(v.range.text)) if v.range is not None else ""
        weighted = v.weighted.upside if v.weighted is not None and v.weighted.upside.known else None
        more = (
            say(", weighted by probability %(weighted)s", weighted=spaced(weighted.text))
            if weighted is not None
            else ""
        )
        price = f"{v.price_title} {spaced(v.price.text)}{day}{old}"
        said.append(
            say(
                "%(price)s; %(title)s %(value)s%(span)s; upside %(upside)s%(more)s.",
                price=price,
                title=v.title,
                value=spaced(v.value.text),
                span=span,
                upside=spaced(v.upside.text),
                more=more,
            )
        )
    if said:
        yield Items(tuple(said))
    if coming is not None:
        due = f"{coming.title}, {long_date(coming.day)} ({in_days(coming.days_left)})."
        yield Words(say("Next: %(due)s", due=due) if report.valuations else due)


def _score(report: Report, drawing: Drawing | None) -> Iterator[Block | Pictures]:
    yield Heading(say("Score"))
    picture = drawing.score(report.score) if drawing is not None and report.score is not None else None
    if picture is not None:
        yield Pictures((("", picture),))
    said = (
        words.score(report).removeprefix(say("Score: "))
        if report.score is not None
        else say("none: no condition applies.")
    )
    yield Words(said[0].upper() + said[1:])


def _wrong(report: Report) -> Iterator[tuple[str, str]]:
    flip = getattr(getattr(report, "beside", None), "flip", None)
    turns = list(getattr(flip, "changes", ()))
    for w in report.front.wrong_if:
        if w.kind != "threshold" or not turns:
            yield say(_WRONG[w.kind]), _would_turn(w)
    titles = {node.name: node.title for node in report.graph.nodes} | {v.name: v.title for v in report.verdicts}
    for c in turns[:1]:
        change = f" ({c.change.text})" if c.change else ""
        yield (
            say("Nearest flip:"),
            say(
                "%(judgement)s becomes %(outcomes)s where %(title)s is %(at)s, today %(today)s%(change)s",
                judgement=titles.get(c.judgement, c.judgement),
                outcomes=either(c.outcomes),
                title=c.title,
                at=spaced(c.at.text),
                today=spaced(c.today.text),
                change=change,
            ),
        )
    if not report.front.wrong_if:
        none = "" if report.kills else say("; they name none")
        yield "", say("No kill of these rules can be compared with its threshold%(none)s.", none=none)


def _would_turn(wrong: WrongIf) -> str:
    by = say(" by %(day)s", day=long_date(wrong.by)) if wrong.by is not None else ""
    checks = []
    for check in wrong.checks:
        far = apart(check)
        checks.append(
            f"{check.figure} {spaced(check.value.text)} ({words.against(check)})" + (f", {far}" if far else "")
        )
    distance = say(" (%(distance)s of a quarter)", distance=moves(wrong.distance)) if wrong.distance is not None else ""
    return f"{wrong.title}{by}: {'; '.join(checks)}{distance}"


def _changed(changes: ChangesOutput) -> Iterator[Block]:
    yield Heading(say("Since %(day)s", day=long_date(changes.begin)))
    said = [f"{t.title}{'' if t.title.endswith('?') else ':'} {t.before} → {t.after}" for t in changes.turned[:_TURNED]]
    if len(changes.turned) > _TURNED:
        said.append(say("%(count)s more", count=len(changes.turned) - _TURNED))
    yield Items(tuple(said)) if said else Words(say("No verdict, kill, pillar or condition says something else."))
