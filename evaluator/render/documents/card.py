"""The report on one screen of a terminal: verdicts, score, value, what is wrong, what ends it, what comes next.

In: a `Report`. Out: at most `HIGH` lines of at most `WIDE` columns. Must not know how they are shown: who shows them paints
names and values.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from evaluator.render.explanation import Paint, plain
from evaluator.render.languages.speaking import english, say, term
from evaluator.render.memo import words
from evaluator.render.text import (
    KILL_MARKS,
    STATE_MARKS,
    STATUS_MARKS,
    TONE_MARKS,
    distance,
    either,
    in_days,
    long_date,
    spaced,
)
from evaluator.render.wide import cut, padded
from evaluator.schema.report import ConditionResult, KillResult, Report

WIDE, HIGH = 80, 24
"""Columns and lines of a terminal that nobody made larger."""
_LABEL = 9
_ALERTS, _KILLS, _EACH = 3, 3, 2
_BAR = 40


def lines(report: Report, paint: Paint = plain) -> list[str]:
    """The card, a line each. What does not fit is cut, and each cut shows `…`."""
    found = [*_head(report, paint), *_verdicts(report, paint), *_score(report, paint)]
    foot = [*_next(report, paint), cut(say("Not investment advice. The whole report: --format md"), WIDE)]
    rest = [*_value(report, paint), *_ends(report, paint), *_conditions(report, paint)]
    room = HIGH - len(found) - len(foot)
    if len(rest) > room:
        rest = [*rest[: max(room - 1, 0)], "…"]
    return [*found, *rest, *foot][:HIGH]


def _head(report: Report, paint: Paint) -> Iterator[str]:
    call = report.front.call
    if call is not None:
        tone = next((v.tone for v in report.verdicts if v.name == call.verdict), None)
        mark = TONE_MARKS[tone] if call.applies else "–"
        yield f"{padded(say('Call'), _label())}{paint(cut(words.plain(f'{mark} {call.text}'), WIDE - _label()), tone or 'unknown')}"
    yield paint(cut(words.plain(words.title(report)), WIDE), None)
    yield cut(
        " · ".join(
            words.plain(f"{word} {said}") for word, said in words.about(report) if word in (say("As of"), say("Rules"))
        ),
        WIDE,
    )
    first = words.first(report)
    for line in first[:_ALERTS]:
        yield f"{paint('!', 'unknown')} {cut(words.plain(line), WIDE - 2)}"
    if len(first) > _ALERTS:
        yield f"{paint('!', 'unknown')} {say('and %(count)s more to know first', count=len(first) - _ALERTS)}"


def _verdicts(report: Report, paint: Paint) -> Iterator[str]:
    for verdict in report.verdicts[:6]:
        outcome, mark = words.plain(either(verdict.outcomes)), TONE_MARKS[verdict.tone]
        mark = "–" if verdict.applicable == "no" else mark
        title = padded(words.plain(verdict.title), 28)
        yield f"{title}  {paint(f'{mark} {cut(outcome, WIDE - 32)}', verdict.tone or 'unknown')}"
    if len(report.verdicts) > 6:
        yield say("and %(count)s more verdicts", count=len(report.verdicts) - 6)


def _score(report: Report, paint: Paint) -> Iterator[str]:
    score = report.score
    if score is None or score.low is None or score.high is None:
        yield _line(say("Score"), say("none: no condition applies"))
        return
    at = [round((end + 1) / 2 * (_BAR - 1)) for end in (score.low, score.high)]
    bar = "".join("█" if at[0] <= n <= at[1] else "·" if n != _BAR // 2 else "|" for n in range(_BAR))
    yield _line(say("Score"), f"{bar} {score.text}")


def _value(report: Report, paint: Paint) -> Iterator[str]:
    for v in report.valuations[:2]:
        old = say(", old") if v.price_old else ""
        price = f"{spaced(v.price.text)}{old}"
        yield _line(
            say("Value"),
            words.plain(
                say(
                    "%(title)s %(value)s, price %(price)s, upside %(upside)s",
                    title=v.title,
                    value=spaced(v.value.text),
                    price=price,
                    upside=spaced(v.upside.text),
                )
            ),
        )


def _ends(report: Report, paint: Paint) -> Iterator[str]:
    order = sorted(report.kills, key=_nearness)
    for at, k in enumerate(order[:_KILLS]):
        far = next((distance(check) for check in k.checks if distance(check)), "")
        if words.open_still(k):
            far = say("cannot be ruled out today")
        by = say(" by %(day)s", day=long_date(k.by)) if k.by is not None else ""
        said = f"{KILL_MARKS[k.status]} {k.title}{by}: {term(k.status)}{f', {far}' if far else ''}"
        yield _line(say("Ends it") if not at else "", words.plain(said))


def _nearness(kill: KillResult) -> tuple[bool, bool, float]:
    """What has happened first, then what cannot be ruled out, then by how far its nearest figure is from its threshold."""
    slack = [abs(check.slack) for check in kill.checks if check.slack is not None]
    return kill.status != "has happened", not words.open_still(kill), min(slack, default=9e9)


def _conditions(report: Report, paint: Paint) -> Iterator[str]:
    for label, side in ((say("For"), "bull"), (say("Against"), "bear")):
        holds = [c for c in report.conditions if c.side == side and c.state == "true"]
        yield from _listed(label, sorted(holds, key=lambda c: -c.weight))
    yield from _listed(say("Unknown"), [c for c in report.conditions if c.state == "unknown"])
    counts = Counter(p.statuses[0] if p.decided else "undecided" for p in report.pillars)
    if counts:
        said = (f"{STATUS_MARKS.get(status, '?')} {count} {term(status)}" for status, count in counts.most_common())
        yield _line(say("Pillars"), ", ".join(said))


def _listed(label: str, found: list[ConditionResult]) -> Iterator[str]:
    for at, c in enumerate(found[:_EACH]):
        more = say(" (and %(count)s more)", count=len(found) - _EACH) if at == _EACH - 1 and len(found) > _EACH else ""
        yield _line(label if not at else "", words.plain(f"{STATE_MARKS[c.state]} {c.title}{more}"))


def _next(report: Report, paint: Paint) -> Iterator[str]:
    for c in report.catalysts:
        if c.name == report.next_catalyst:
            yield _line(say("Next"), words.plain(f"{c.title}, {long_date(c.day)} ({in_days(c.days_left)})"))


def _label() -> int:
    """How wide the words before a line are: `下一个催化剂` is wider than `Against`."""
    return _LABEL if english() else _LABEL + 5


def _line(label: str, said: str) -> str:
    wide = _label()
    return f"{padded(label, wide)}{cut(words.plain(said), WIDE - wide)}"
