"""What takes the place of the filters of templates that write words of English, in another language.

In: a language. Out: filters by their names. Must not know a page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from evaluator.render import text as render_text
from evaluator.render.languages.catalogue import ENGLISH, Language
from evaluator.render.languages.telling import made, told
from evaluator.render.languages.writing import day, period
from evaluator.schema.report import Report

_MADE = ("distance", "room", "moves")
"""Filters whose texts the message file has among its `sentences`."""


def filters(language: Language) -> dict[str, Callable[..., Any]]:
    """The filters of a language by their names; for English those that say nothing else."""
    if language.code == ENGLISH:
        return {"term": language.term, "told": lambda text: text}

    def plural(count: float, word: str) -> str:
        return language.count(f"{count:,.2f}".rstrip("0").rstrip("."), word)

    def in_days(days: int) -> str:
        if days == 0:
            return language.text("today")
        away = language.count(str(abs(days)), "day")
        return language.text("in %(days)s" if days > 0 else "%(days)s ago", days=away)

    def either(words: Iterable[str]) -> str:
        items = list(words)
        if len(items) < 2:
            return "".join(items)
        return language.text("%(first)s or %(last)s", first="、".join(items[:-1]), last=items[-1])

    @lru_cache(maxsize=4096)
    def said(text: str) -> str:
        return made(text, language)

    def saying(name: str) -> Callable[..., str]:
        return lambda *given: said(render_text.FILTERS[name](*given))

    def apart(check: Any) -> str:
        return "，".join(words for words in (own["distance"](check), own["room"](check)) if words)

    def folded(group: Any) -> tuple[Any, str]:
        listed, line = render_text.folded(group)
        return listed, said(line)

    def grouped(reasons: Any) -> list[tuple[str, str, str]]:
        return [(title, told(periods, language), why) for title, periods, why in render_text.grouped(reasons)]

    def kind_shares(shares: Any) -> list[tuple[str, str, float]]:
        return [
            (kind, language.text(words) if words in known else language.term(words), share)
            for kind, words, share in render_text.kind_shares(shares)
        ]

    def page_title(report: Report) -> str:
        end = render_text.long_date(report.as_of)
        return render_text.page_title(report).removesuffix(f", {end}") + f"，{day(report.as_of, language)}"

    known = {*render_text.KIND_WORDS.values(), "no fact"}
    own: dict[str, Callable[..., Any]] = {
        "term": language.term,
        "made": said,
        "told": lambda text: told(str(text), language),
        "long_date": lambda value: day(value, language),
        "brief": lambda said, end: period(said, end, language),
        "points": lambda share: said(render_text.points(share)),
        "the": lambda period: period,
        "plural": plural,
        "in_days": in_days,
        "either": either,
        "statuses": lambda words: either([language.term(word) for word in words]),
        "apart": apart,
        "folded": folded,
        "grouped": grouped,
        "kind_shares": kind_shares,
        "page_title": page_title,
    }
    own |= {name: saying(name) for name in _MADE}
    return own
