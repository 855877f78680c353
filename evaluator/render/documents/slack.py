"""The report as a message for Slack, in its mrkdwn: a post that is read in a minute.

In: a `Report`. Out: text. Must not know who sends it.

Slack's text has `&`, `<` and `>` escaped, and no other escapes (docs.slack.dev, "Formatting message text"). What would make
outside text bold, code, struck, a quotation or a picture is therefore written with a look-alike, and every line begins with a
word of ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from evaluator.render.documents import words
from evaluator.render.text import KILL_MARKS, STATUS_MARKS, TONE_MARKS, either, in_days, long_date, percent, spaced
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
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield f"*Thesis: {inert(words.title(report))}*"
    about = dict(words.about(report))
    yield " · ".join(inert(said) for said in (about.get("Company", ""), f"as of {about['As of']}") if said)
    first = words.first(report)
    for line in first[:5]:
        yield f":warning: {inert(line)}"
    if len(first) > 5:
        yield f":warning: and {len(first) - 5} more to know first"
    yield ""
    for v in report.verdicts:
        mark = "–" if v.applicable == "no" else TONE_MARKS[v.tone]
        because = f" – {inert(v.because)}" if v.because else ""
        yield f"• {inert(v.title)}: *{mark} {inert(either(v.outcomes))}*{because}"
    yield f"• {inert(words.score(report))}"
    for valuation in report.valuations:
        old = " (old)" if valuation.price_old else ""
        yield (
            f"• Value: {inert(valuation.title)} {inert(spaced(valuation.value.text))}, price "
            f"{inert(spaced(valuation.price.text))}{old}, upside *{inert(spaced(valuation.upside.text))}*"
        )
    if report.asks:
        yield ""
        yield f"*Key question*: {inert(report.asks)}"
        for p in report.pillars:
            yield f"• {STATUS_MARKS[p.statuses[0]] if p.decided else '?'} {inert(p.question)} {inert(either(p.statuses))}"
    if report.kills:
        yield ""
        yield "*What would end the thesis*"
    for k in report.kills:
        by = f" by {long_date(k.by)}" if k.by is not None else ""
        open_still = ", cannot be ruled out today" if words.open_still(k) else ""
        yield f"• {KILL_MARKS[k.status]} {inert(k.title)}{by}: {k.status}{open_still}"
    for c in report.catalysts:
        if c.name == report.next_catalyst:
            yield ""
            yield f"*Next*: {inert(c.title)}, {long_date(c.day)} ({in_days(c.days_left)})"
    yield ""
    known = (
        f"; the score rests on {percent(report.score_rests)} of the weights" if report.score_rests is not None else ""
    )
    yield f"Rests on {inert(words.evidence(report.evidence.shares))}{known}."
    yield f"_{inert(report.disclaimer)}_"
