"""The drawings of the page, for paper: each as a picture of its own, with what it says in words.

In: parts of a report. Out: `Picture`, SVG. Must not know what sets it.

The page's own macros draw (`templates/partials/charts.html.j2`), so that paper shows what the page shows. A picture on paper has no
style sheet around it: its colours are those of its attributes, and the hatches that it uses stand in it.
"""

from __future__ import annotations

import re
from functools import cache
from html import unescape
from typing import Any

from evaluator.render.languages.speaking import spoken
from evaluator.render.outlook.blocks import Picture
from evaluator.schema.report import Check, ConditionResult, ForecastResult, SeriesResult, Shown

_SVG = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
_WORDS = re.compile(r'aria-label="([^"]*)"')
_WIDTH = re.compile(r'\bwidth="([\d.]+)"')
_SPACE = "http://www.w3.org/2000/svg"


class Drawing:
    """What draws for one memo."""

    def check(self, check: Check) -> Picture | None:
        """A figure beside its threshold; None where there is nothing to draw."""
        return _picture(_charts().check_strip(check))

    def score(self, score: Shown) -> Picture | None:
        """The score on its axis."""
        return _picture(_charts().score_gauge(score))

    def weights(self, conditions: list[ConditionResult], most: float, words: str) -> Picture | None:
        """The weights of a pillar, bears to the left and bulls to the right. `most`: the greatest on one side of any pillar."""
        return _picture(_charts().weights(conditions, most, words))

    def series(self, series: SeriesResult) -> Picture | None:
        """A figure over time with its threshold; None where fewer than two periods are known."""
        return _picture(_charts().series_chart(series))

    def forecast(self, forecast: ForecastResult) -> Picture | None:
        """A forecast of the rules, step by step."""
        return _picture(_charts().forecast_chart(forecast))


def _charts() -> Any:
    return _drawn_in(spoken().code)


@cache
def _drawn_in(code: str) -> Any:
    from evaluator.render.page import bundled, environment

    return environment("html", bundled(), code).get_template("partials/charts.html.j2").module


@cache
def _hatches() -> str:
    from evaluator.render.page import bundled, environment

    found = environment("html", bundled()).get_template("partials/patterns.html.j2").render()
    return found[found.index("<defs>") : found.index("</defs>") + len("</defs>")]


def _picture(markup: object) -> Picture | None:
    """The picture in what a macro draws, None where it draws nothing."""
    found = _SVG.search(str(markup))
    if found is None:
        return None
    svg = found[0]
    head, rest = svg[: svg.index(">") + 1], svg[svg.index(">") + 1 :]
    said, width = _WORDS.search(head), _WIDTH.search(head)
    assert said is not None, head
    assert width is not None, head
    own = _hatches() if "url(#" in rest else ""
    return Picture(head.replace("<svg", f'<svg xmlns="{_SPACE}"', 1) + own + rest, float(width[1]), unescape(said[1]))
