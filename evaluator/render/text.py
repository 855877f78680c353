"""Words for the templates: escaping for Markdown, links that are safe, marks, distances and days in words.

In: texts and parts of a report. Out: texts, and the filters and tables that templates use. Must not know what a
page looks like.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from itertools import groupby
from typing import Any
from urllib.parse import quote, urlsplit

from markupsafe import Markup, escape

from dsl.program.declared import DOES_NOT_APPLY
from evaluator.render.languages.speaking import counted, english, noted, say, spoken, term, worded
from evaluator.render.languages.telling import made as made_in
from evaluator.render.languages.telling import told as told_in
from evaluator.render.languages.writing import day as day_in
from evaluator.render.languages.writing import period as period_in
from evaluator.schema.parts import Shown
from evaluator.schema.periods import the
from evaluator.schema.report import (
    Check,
    ConditionResult,
    FactResult,
    GraphResult,
    PillarResult,
    Reason,
    Report,
    Suspect,
)

# --- Markdown ------------------------------------------------------------------------------------------------

_INLINE = re.compile(r"([\\`*\[\]|~])")
_UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_TAG = re.compile(r"<(?=[A-Za-z/!?]|$)")
_ENTITY = re.compile(r"&(?=#|\w+;)")
_LEADING = re.compile(r"^(#|>|[-+](?=\s|$)|[-=]{2,}$)")
_NUMBERED = re.compile(r"^(\d+)([.)])(?=\s|$)")
_NOTHING_TO_MARK = re.compile(r"[A-Za-z](?:[A-Za-z0-9,.:;%()'/=-]| (?! ))*|[0-9]+(?:-[0-9]+)*")
"""Most of what a page prints: words and days, which none of the rules above changes."""


def escape_md(text: str) -> str:
    """Text that Markdown shows as it is, on one line; marks only what would mean something, so it reads well raw.

    A blank at either end stays, since templates print such pieces as `, `.
    """
    if text in ("<", ">") or _NOTHING_TO_MARK.fullmatch(text):
        return text
    return _marked(text)


def _marked(text: str) -> str:
    found = _INLINE.sub(r"\\\1", re.sub(r"\s+", " ", text))
    found = _UNDERSCORE.sub(r"\\_", found)
    found = _TAG.sub("&lt;", _ENTITY.sub("&amp;", found))
    found = _NUMBERED.sub(r"\1\\\2", _LEADING.sub(r"\\\1", found))
    return found.replace("$", r"\$") if found.count("$") > 1 else found


def code(text: str) -> Markup:
    """An expression as Markdown code; as plain text where code could not hold it."""
    text = " ".join(text.split())
    if not text or re.search(r"[`|\\]|<[A-Za-z/!?]", text):
        return Markup(escape_md(text))
    return Markup(f"`{text}`")


def fenced(text: str) -> Markup:
    """A line inside a fence of Markdown: nothing in it can close the fence."""
    return Markup(" ".join(text.replace("`", "ˋ").splitlines()))


def web_url(url: str | None) -> str:
    """The address where it is http or https, else ''; whatever could end a link early is percent-encoded."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return ""
    if parts.scheme.lower() not in ("http", "https") or not parts.netloc:
        return ""
    return quote(url or "", safe=":/?#@!$&'*+,;=%~-._")


def md_url(url: str | None) -> Markup:
    """The address as a Markdown link takes it; parentheses, brackets and bars are percent-encoded by `web_url`."""
    return Markup(web_url(url))


# --- marks and words ---------------------------------------------------------------------------------------------

STATE_MARKS = {"true": "✓", "false": "✗", "unknown": "?", "not applicable": "–", "not meaningful": "∅"}
KILL_MARKS = {
    "has happened": "▼",
    "already so when the thesis began": "◆",
    "has not happened": "○",
    "watched": "○",
    "pending": "?",
}
KILL_LOOKS = {
    "has happened": "bad",
    "already so when the thesis began": "warn",
    "has not happened": "flat",
    "watched": "flat",
    "pending": "warn",
}
CATALYST_LOOKS = {"upcoming": ("flat", "○"), "met": ("good", "✓"), "missed": ("bad", "✗"), "pending": ("warn", "?")}
TONE_MARKS = {"bullish": "▲", "neutral": "◆", "bearish": "▼", None: "?"}
STATUS_MARKS = {"supported": "▲", "undermined": "▼", "contested": "◆", "open": "○", DOES_NOT_APPLY: "–"}
STATUS_LOOKS = {"supported": "good", "undermined": "bad", "contested": "warn", "open": "flat", DOES_NOT_APPLY: "flat"}
TONE_LOOKS = {"bullish": "good", "neutral": "flat", "bearish": "bad", None: "warn"}
TREND_WORDS = {
    "towards": noted("Moving towards it"),
    "away": noted("Moving away from it"),
    "level": noted("About level"),
    "past": noted("On its side of the threshold"),
}
KIND_WORDS = {
    "reported": noted("reported figures"),
    "derived": noted("derived figures"),
    "guidance": noted("company guidance"),
    "claim": noted("management claims"),
    "estimate": noted("estimates"),
}
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def look(condition: ConditionResult) -> str:
    """What a condition's state does to the thesis: good, bad, warn (unknown) or flat."""
    if condition.state == "true":
        return "good" if condition.side == "bull" else "bad"
    return "warn" if condition.state == "unknown" else "flat"


def percent(share: float, decimals: int = 0) -> str:
    """A share: 62%; what is not quite nothing shows as <1%."""
    if 0 < share < 0.005 and not decimals:
        return "<1%"
    return f"{share * 100:.{decimals}f}%"


def number(value: float) -> str:
    """A weight or a count without a needless point: 3, 2.5."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def long_date(day: dt.date) -> str:
    """21 May 2026."""
    return day_in(day, spoken())


def short_period(period: str, end: dt.date) -> str:
    """What fits under a chart: Mar 2026, or the day itself."""
    if not english():
        return period_in(period, end, spoken())
    return period if re.fullmatch(r"\d{4}-\d\d-\d\d", period) else f"{_MONTHS[end.month - 1]} {end.year}"


def in_days(days: int) -> str:
    """in 98 days, 3 days ago, today."""
    if days == 0:
        return say("today")
    away = counted(str(abs(days)), "day")
    return say("in %(days)s", days=away) if days > 0 else say("%(days)s ago", days=away)


def distance(check: Check) -> str:
    """How far a figure is from its threshold, in its own unit: `23pp above`; '' where that cannot be said. Of one that must
    last, and is on the right side but not for long enough, the newest figure's distance says nothing."""
    margin = check.margin
    if _too_short(check) or margin is None or not margin.known or at_threshold(check):
        return ""
    if margin.low is None or margin.low != margin.high:
        return _between(margin)
    figure = margin.text.lstrip("+−-")
    return say("%(figure)s above", figure=figure) if margin.low > 0 else say("%(figure)s below", figure=figure)


def _between(margin: Shown) -> str:
    """A distance that is known within bounds: `at least 1pp above`, `3pp to 1pp below`, or that it may lie on either side."""
    if margin.low is not None and margin.low >= 0:
        return say("%(figure)s above", figure=margin.text.replace("+", ""))
    if margin.high is not None and margin.high <= 0:
        most, least = (say(text, figure="") for text in (_MOST, _LEAST))
        return say("%(figure)s below", figure=margin.text.replace("−", "").replace(most, least))
    return say("may be above or below")


_MOST, _LEAST = noted("at most %(figure)s"), noted("at least %(figure)s")


def at_threshold(check: Check) -> bool:
    """Whether a figure lies at its threshold, as near as makes no difference."""
    zero = check.limit is not None and check.limit.low == check.limit.high == 0
    return check.slack is not None and abs(check.slack) < 0.005 and not zero


def _too_short(check: Check) -> bool:
    return bool(check.lasting) and check.holds != "true" and check.slack is not None and check.slack > 0


def of_several(check: Check) -> bool:
    """Whether it must hold in so many of several periods."""
    return " of " in check.lasting


def held_in(check: Check) -> str:
    """In how many of the periods it held."""
    if of_several(check):
        return say("held in %(held)s of the %(periods)s periods", held=check.held, periods=check.periods)
    return say("held in %(held)s of the %(periods)s periods it must last", held=check.held, periods=check.periods)


def room(check: Check) -> str:
    """How far a check is from turning, where its distance alone does not say it: what must last says in how many periods it
    held; an amount is set beside its threshold (of a percent the distance in points says more than a percent of a percent)."""
    short = check.holds == "false" or (check.holds == "unknown" and check.slack is not None)
    if check.held is not None and check.periods is not None and (short or of_several(check)):
        return held_in(check)
    if at_threshold(check):
        return say("at the threshold")
    if check.slack is None or check.value.unit in ("percent", "pp") or check.value.low != check.value.high:
        return ""
    if check.limit is not None and check.limit.low == check.limit.high == 0:
        return ""  # no part of a threshold of 0; the distance says it
    return say("%(share)s of the threshold", share=percent(abs(check.slack))) if abs(check.slack) <= 1 else ""


def points(share: float) -> str:
    """A difference of two shares: 8.3pp."""
    return say("%(points)spp", points=number(round(share * 100, 1)))


def op(operator: str) -> str:
    """>= and its like as one sign."""
    return operator.replace(">=", "≥").replace("<=", "≤").replace("!=", "≠")


def spaced(text: str) -> str:
    """A word of the language as a reader writes it: ai_infrastructure is ai infrastructure."""
    return re.sub(r"(?<=[a-z0-9])_(?=[a-z0-9])", " ", text)


def either(words: Iterable[str]) -> str:
    """A, B or C; with `or` alone between them where one contains a comma. Closed words are said in the language."""
    items = [worded(word) for word in words]
    if len(items) < 2:
        return "".join(items)
    if not english():
        comma = "、" if not any(mark in item for item in items for mark in ",，") else say(" or ")
        return comma.join(items[:-1]) + say(" or ") + items[-1]
    if any("," in item for item in items):
        return " or ".join(items)
    return f"{', '.join(items[:-1])} or {items[-1]}"


def statuses(words: Iterable[str]) -> str:
    """The closed words of a pillar, with `or` between them."""
    return either(term(word) for word in words)


def made(text: str) -> str:
    """A text of the result that the program made, in the language that is spoken. Raises MissingMessageError."""
    return text if english() else made_in(text, spoken())


def told(text: object) -> str:
    """A text that may hold titles of the rules, such as a hint of a chart: what the language does not have of it stays."""
    return str(text) if english() else told_in(str(text), spoken())


def plural(count: float, word: str) -> str:
    """1 fact, 2 facts."""
    return counted(number(count), word)


def coded(text: str) -> Markup:
    """A message for a page, with what stands in backticks as code.

    >>> coded("`f1` is <b>")
    Markup('<code>f1</code> is &lt;b&gt;')
    """
    return Markup(_QUOTED.sub(r"<code>\1</code>", str(escape(text))))


_QUOTED = re.compile(r"`([^`]*)`")


# --- parts of a report -----------------------------------------------------------------------------------------------


OPEN_DOUBTS = 3
"""So many figures in doubt stand open above the verdicts."""


def foremost(report: Report) -> tuple[list[Suspect], list[Suspect]]:
    """The figures in doubt that stand open above the verdicts, and those one click away: whatever a verdict rests on is open."""
    verdicts = {verdict.name for verdict in report.verdicts}
    grave = [one for at, one in enumerate(report.suspects) if at < OPEN_DOUBTS or verdicts & set(one.names)]
    return grave, [one for one in report.suspects if one not in grave]


def by_name(facts: Iterable[FactResult]) -> list[tuple[str, list[FactResult]]]:
    """Facts under their titles, in the order they come."""
    ordered = list(facts)
    first = {fact.name: at for at, fact in reversed(list(enumerate(ordered)))}
    ordered.sort(key=lambda fact: first[fact.name])
    return [(group[0].title, group) for group in (list(g) for _, g in groupby(ordered, key=lambda fact: fact.name))]


LISTED = 24
"""So many facts of a name that nothing read are listed whole; of more (a year of daily prices) the newest half of it."""


def folded(group: list[FactResult]) -> tuple[list[FactResult], str]:
    """The facts of a name of which nothing was read: those to list, and a line on the others ('' where there are none)."""
    if len(group) <= LISTED:
        return group, ""
    newest = sorted(group, key=lambda f: f.age_days)
    shown, left = {f.number for f in newest[: LISTED // 2]}, newest[LISTED // 2 :]
    line = say(
        "%(count)s more, from %(first)s to %(last)s, are known and not listed",
        count=f"{len(left):,}",
        first=left[-1].period,
        last=left[0].period,
    )
    return [f for f in group if f.number in shown], line


def scorecard(report: Report) -> list[tuple[PillarResult, list[ConditionResult]]]:
    """Each pillar with its conditions, bulls before bears, the heaviest first, critical ones before others."""
    called = {condition.name: condition for condition in report.conditions}
    return [
        (
            pillar,
            sorted((called[c] for c in pillar.conditions), key=lambda c: (c.side == "bear", not c.critical, -c.weight)),
        )
        for pillar in report.pillars
    ]


def needs(graph: GraphResult) -> dict[str, list[str]]:
    """For each name of the graph, the names it needs."""
    found: dict[str, list[str]] = {node.name: [] for node in graph.nodes}
    for edge in graph.edges:
        found.setdefault(edge.target, []).append(edge.source)
    return found


def named(report: Report, names: Iterable[str]) -> list[ConditionResult]:
    """The conditions of these names."""
    wanted = set(names)
    return [condition for condition in report.conditions if condition.name in wanted]


def kind_shares(shares: Mapping[str, float]) -> list[tuple[str, str, float]]:
    """Kind, words and share, the firmest first; what rests on no fact last."""
    order = [*KIND_WORDS, *(kind for kind in shares if kind not in KIND_WORDS)]
    found = [
        (kind, say(KIND_WORDS[kind]) if kind in KIND_WORDS else term(kind), shares[kind])
        for kind in order
        if shares.get(kind)
    ]
    rest = 1 - sum(shares.values())
    return [*found, ("no fact", say("no fact"), rest)] if shares and rest > 0.0005 else found


def grouped(reasons: Iterable[Reason]) -> list[tuple[str, str, str]]:
    """Title, periods and reason; the periods that are missing from one figure for one reason stand together."""
    periods: dict[tuple[str, str], list[str]] = {}
    for reason in reasons:
        periods.setdefault((reason.title, reason.reason), []).append(reason.period)
    return [(title, _span([p for p in found if p]), reason) for (title, reason), found in periods.items()]


def wanting(reasons: Iterable[Reason]) -> str:
    """The figures that are missing, each once, without the reasons: those stand where the conditions are."""
    return "; ".join(dict.fromkeys(reason.title or reason.reason for reason in reasons))


def _span(periods: list[str]) -> str:
    """Up to three periods by name, more as the first and the last."""
    if len(periods) <= 3:
        return ", ".join(map(told, periods))
    return say(
        "%(count)s periods, %(first)s up to %(last)s",
        count=len(periods),
        first=told(periods[0]),
        last=told(periods[-1]),
    )


def apart(check: Check) -> str:
    """Both of these, as far as they can be said."""
    return ", ".join(words for words in (distance(check), room(check)) if words)


def anchor(name: str) -> str:
    """A name as part of an anchor: one of a module under a prefix has a dot."""
    return name.replace(".", "-")


def anchors(report: Report) -> dict[str, tuple[str, str]]:
    """Where each name stands in the page, and what a reader sees who points at it: its name to copy, with its formula."""
    found = {f.name: (f"fact-{f.number}", f.name) for f in report.facts if f.status == "used"}
    found |= {x.name: (f"name-{anchor(x.name)}", f"{x.name}, {x.written}") for x in report.params}
    found |= {m.name: (f"name-{anchor(m.name)}", f"{m.name} = {m.written}") for m in report.metrics}
    return found | {c.name: (f"name-{anchor(c.name)}", f"{c.name}: when {c.written}") for c in report.conditions}


LONGEST_TITLE = 70
"""So long a title is shown whole by browsers and searches."""


def page_title(report: Report) -> str:
    """What a browser calls the page: the company, the call, the day; the call cut where it is too long."""
    about = report.company.ticker if report.company is not None else report.title
    end = f", {long_date(report.as_of)}"
    call = f": {report.front.call.text}" if report.front.call is not None else ""
    said, room = f"{about}{call}", LONGEST_TITLE - len(end)
    return (said if len(said) <= room else f"{said[: room - 1].rstrip()}…") + end


def the_period(period: str) -> str:
    """A period inside a sentence: the quarter to 2026-03-31."""
    return the(period) if english() else told(period)


def moves(distance: float) -> str:
    """A distance in usual moves: 1.3 usual moves."""
    if distance > 10:
        return say("over 10 usual moves")
    if distance < 0.05:
        return say("less than 0.1 usual moves")
    said = f"{distance:.1f}".removesuffix(".0")
    return say("%(count)s usual move", count=said) if said == "1" else say("%(count)s usual moves", count=said)


def event_mark(state: str, event: str) -> str:
    """The mark of a comparison of a kill (`kill`: that it does not hold is good news) or of what is still to come (`coming`)."""
    return {"true": "▼" if event == "kill" else "✓", "false": "○"}.get(state, STATE_MARKS[state])


FILTERS: dict[str, Callable[..., Any]] = {
    "anchor": anchor, "anchors": anchors, "brief": short_period, "coded": coded, "event_mark": event_mark,
    "moves": moves, "made": made, "told": told, "term": term, "statuses": statuses,
    "page_title": page_title, "apart": apart, "by_name": by_name, "distance": distance,
    "either": either, "folded": folded, "foremost": foremost, "grouped": grouped,
    "in_days": in_days, "kind_shares": kind_shares, "long_date": long_date,
    "look": look, "md_url": md_url, "named": named, "needs": needs, "number": number, "op": op, "percent": percent,
    "plural": plural, "points": points, "room": room, "scorecard": scorecard, "the": the_period, "wanting": wanting,
    "web_url": web_url, "words": spaced,
}  # fmt: skip
TABLES: dict[str, Any] = {
    "STATE_MARKS": STATE_MARKS, "TONE_MARKS": TONE_MARKS, "STATUS_MARKS": STATUS_MARKS, "STATUS_LOOKS": STATUS_LOOKS,
    "TONE_LOOKS": TONE_LOOKS, "KILL_MARKS": KILL_MARKS, "KILL_LOOKS": KILL_LOOKS, "CATALYST_LOOKS": CATALYST_LOOKS,
    "TREND_WORDS": TREND_WORDS,
}  # fmt: skip


# --- cells -----------------------------------------------------------------------------------------------------

_STEERS = re.compile(r"(^|[;\t\r\n])([\s\"']*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])|^(?=[\t\r])")
"""Where a spreadsheet would calculate in place of showing: at the beginning of a cell, and behind each sign at which one
of another country splits a line, since it begins a cell there. See OWASP, "CSV Injection"."""


MAY_STEER = r"""(?:^|[;\t\r\n])[\s"']*[=+\-@\x{ff1d}\x{ff0b}\x{ff0d}\x{ff20}]|^[\t\r]"""
"""Where that is found, for polars, whose patterns look not ahead."""


def safe_cell(text: str) -> str:
    """A text that a spreadsheet shows and does not calculate."""
    return _STEERS.sub(lambda at: f"{at[1] or ''}{at[2] or ''}'", text)
