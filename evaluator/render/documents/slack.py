"""The report as a message for Slack, in its mrkdwn: a post that is read in a minute.

In: a `Report`. Out: text. Must not know who sends it.

Slack's text has `&`, `<` and `>` escaped, and no other escapes (docs.slack.dev, "Formatting message text"). What would make
outside text bold, code, struck, a quotation or a picture is therefore written with a look-alike, and every line begins with a
word of ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from evaluator.render.languages.speaking import say, spoken, term
from evaluator.render.languages.writing import punctuated
from evaluator.render.memo import words
from evaluator.render.text import (
    KILL_MARKS,
    STATUS_MARKS,
    TONE_MARKS,
    either,
    in_days,
    long_date,
    percent,
    spaced,
    statuses,
)
from evaluator.schema.report import Report

LONGEST = 300
"""No piece of outside text is longer in a message."""
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_LOOK_ALIKES = str.maketrans({"*": "∗", "~": "∼", "`": "ˋ", "@": "＠"})
_EDGE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_PICTURE = re.compile(r":(?=[\w+'-]*[^\W\d][\w+'-]*:)")


def inert(text: str) -> str:
    """A text from outside that Slack shows as it is: no mention, no link with a label, no formatting, no picture."""
    found = words.plain(text)
    found = found if len(found) <= LONGEST else f"{found[: LONGEST - 1]}…"
    found = _PICTURE.sub("꞉", _EDGE.sub("ˍ", found.translate(_LOOK_ALIKES)))
    return found.translate(_ENTITIES)


def message(report: Report) -> str:
    """The message, with a line feed at its end."""
    said = (punctuated(line, spoken()) for line in _lines(report))
    return "\n".join(line.replace(":warning：", ":warning: ") for line in said) + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield say("*Thesis: %(headline)s*", headline=inert(words.headline(report)))
    about = dict(words.about(report))
    yield " · ".join(
        inert(said)
        for said in (about.get(say("Company"), ""), say("as of %(about)s", about=about[say("As of")]))
        if said
    )
    first = words.first(report)
    for line in first[:5]:
        yield f":warning: {inert(line)}"
    if len(first) > 5:
        yield f":warning: {say('and %(count)s more to know first', count=len(first) - 5)}"
    yield ""
    for v in report.verdicts:
        mark = "–" if v.applicable == "no" else TONE_MARKS[v.tone]
        because = f" – {inert(v.because)}" if v.because else ""
        yield f"• {inert(v.title)}: *{mark} {inert(either(v.outcomes))}*{because}"
    yield f"• {inert(words.score(report))}"
    for valuation in report.valuations:
        old = say(" (old)") if valuation.price_old else ""
        yield (
            say(
                "• Value: %(title)s %(value)s, price %(price)s%(old)s, upside *%(upside)s*",
                title=inert(valuation.title),
                value=inert(spaced(valuation.value.text)),
                price=inert(spaced(valuation.price.text)),
                old=old,
                upside=inert(spaced(valuation.upside.text)),
            )
        )
    if report.asks:
        yield ""
        yield say("*Key question*: %(asks)s", asks=inert(report.asks))
        for p in report.pillars:
            yield f"• {STATUS_MARKS[p.statuses[0]] if p.decided else '?'} {inert(p.question)} {inert(statuses(p.statuses))}"
    if report.kills:
        yield ""
        yield say("*What would end the thesis*")
    for k in report.kills:
        by = say(" by %(day)s", day=long_date(k.by)) if k.by is not None else ""
        open_still = say(", cannot be ruled out today") if words.open_still(k) else ""
        yield f"• {KILL_MARKS[k.status]} {inert(k.title)}{by}: {term(k.status)}{open_still}"
    for c in report.catalysts:
        if c.name == report.next_catalyst:
            yield ""
            yield say(
                "*Next*: %(title)s, %(day)s (%(days)s)",
                title=inert(c.title),
                day=long_date(c.day),
                days=in_days(c.days_left),
            )
    yield ""
    known = (
        say("; the score rests on %(share)s of the weights", share=percent(report.score_rests))
        if report.score_rests is not None
        else ""
    )
    yield say("Rests on %(evidence)s%(known)s.", evidence=inert(words.evidence(report.evidence.shares)), known=known)
    yield f"_{inert(report.disclaimer)}_"
