"""Questions for the company's management: from what is unknown, what contradicts itself, what was restated.

In: the parts of a report. Out: `Question`s. Must not know values or templates.

Of what management cannot know nothing is asked: prices, and figures that only others estimate.
"""

from __future__ import annotations

import re
from typing import Literal

from evaluator.schema import report as r
from evaluator.schema.periods import the

MOST = 12
_NOT_THEIRS = {"estimate"}
_OF_THE_MARKET = re.compile(
    r"^price of|share price|target price|market (?:value|cap|prices)|\bp/e\b|\bmultiple\b", re.IGNORECASE
)
_FISCAL = re.compile(r"quarter|half|year|month|FY")


def questions(report: r.Report) -> list[r.Question]:
    """The missing figures on which most hangs first, then contradictions, then restatements; each name once for each kind."""
    found = [*_unknown(report), *_contradictions(report), *_restatements(report)]
    return found[:MOST]


def _unknown(report: r.Report) -> list[r.Question]:
    kinds: dict[str, set[str]] = {}
    for fact in report.facts:
        kinds.setdefault(fact.name, set()).add(fact.kind)
    priced = {one.price_name for one in report.valuations}
    found = []
    for one in report.unknowns:
        others = kinds.get(one.name)
        if one.name in priced or _OF_THE_MARKET.search(one.title) or (others and others <= _NOT_THEIRS):
            continue
        hangs = [v.title for v in one.verdicts]
        count = len(one.conditions)
        if not hangs and not count:
            continue
        on_it = " and ".join(
            [
                *([f"{count} condition{'' if count == 1 else 's'}"] if count else []),
                *([", ".join(hangs)] if hangs else []),
            ]
        )
        why = f"{on_it} {'hangs' if count + len(hangs) == 1 else 'hang'} on it"
        wanted = one.wanted[0] if one.wanted else None
        period = f" for {the(wanted.period)}" if wanted is not None and _FISCAL.search(wanted.period) else ""
        more = len(one.wanted) - 1 if period else 0
        others_too = f" and {more} more period{'' if more == 1 else 's'}" if more else ""
        text = f"What {'was' if period else 'is'} {one.title}{period}{others_too}?"
        found.append(r.Question(kind="unknown", name=one.name, title=one.title, text=text,
                                why=f"{why}; {wanted.reason}" if wanted is not None else why))  # fmt: skip
    return found


def _contradictions(report: r.Report) -> list[r.Question]:
    found: dict[str, r.Question] = {}
    for one in report.unreconciled:
        text = f"Which is right of {one.title}{_of(one.period)}: {one.now}, as given, or {one.was} by other figures?"
        found.setdefault(one.name, _asked("contradiction", one, text))
    for one in report.disputed:
        text = f"Which is right of {one.title}{_of(one.period)}: {one.was}?"
        found.setdefault(one.name, _asked("contradiction", one, text))
    return list(found.values())


def _restatements(report: r.Report) -> list[r.Question]:
    found: dict[str, r.Question] = {}
    for one in report.restated:
        if one.was and one.now:
            text = f"Why was {one.title}{_of(one.period)} restated from {one.was} to {one.now}?"
            found.setdefault(one.name, _asked("restatement", one, text))
    return list(found.values())


def _asked(kind: Literal["contradiction", "restatement"], one: r.ReplacedResult, text: str) -> r.Question:
    return r.Question(kind=kind, name=one.name, title=one.title, text=text, why=one.detail)


def _and(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


def _of(period: str) -> str:
    return f" of {the(period)}" if period else ""
