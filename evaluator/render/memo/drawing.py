"""The drawings of the page, for paper: each as a picture of its own, with what it says in words.

In: parts of a report. Out: `Picture`, SVG. Must not know what sets it.

The page's own macros draw (`templates/partials/charts.html.j2`), so that paper shows what the page shows. A picture on paper has no
style sheet around it: its colours are those of its attributes, and the hatches that it uses stand in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html import unescape
from typing import Any

from evaluator.render.graph import Part
from evaluator.render.languages.speaking import say, spoken
from evaluator.render.outlook.blocks import Beam, Picture, Strips
from evaluator.render.text import told
from evaluator.schema.report import Check, ConditionResult, ForecastResult, PriceResult, SeriesResult, Shown

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

    def prices(self, prices: PriceResult) -> Picture | None:
        """The price of the last year, with numbers where something happened."""
        return _picture(_charts().price_chart(prices))

    def graph(self, part: Part) -> Picture:
        """A part of the graph of the thesis."""
        count = len(part.drawing.boxes)
        said = say(
            "%(title)s: %(count)s names in layers, from facts on the left to verdicts on the right",
            title=told(part.title) or say("Graph of the thesis"),
            count=count,
        )
        made = _picture(_charts().thesis_graph(part.drawing, said))
        assert made is not None
        return made

    def beam(self, beam: Beam, line: float | None) -> Picture | None:
        """A row of a drawing of bars; None where it has no bar."""
        return _picture(_charts().beam(beam, line)) if beam.bar is not None else None

    def strips(self, strips: Strips) -> Iterator[tuple[str, Picture]]:
        """What was said over time, and the score, each with its title."""
        drawn = [(say("Score, from −100% to +100%"), _charts().score_band(strips))] if strips.band else []
        for title, markup in [*drawn, *((strip.title, _charts().time_strip(strip)) for strip in strips.strips)]:
            picture = _picture(markup)
            assert picture is not None
            yield title, picture


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
