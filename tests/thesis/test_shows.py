"""How results show themselves: short as a line, escaped as HTML, whatever rules and facts hold."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import thesis
from evaluator.facts.model import Company as Model
from evaluator.session.service import About

DAY = "2026-05-14"
BAD = "<script>alert(1)</script><img src=x onerror=alert(2)> &lt; ' {{ 7*7 }} </pre></td></iframe> javascript:alert(3)"
LONG = "very long " * 2_000

RULES = f"""\
rules hostile "{BAD}" asks "{BAD}"
input growth "{BAD}" : percent per quarter
input words "{LONG}" : text
input gone "{BAD}" : percent
pillar demand "{BAD}"
bull growing "{BAD}" on demand when growth > 10% because "{BAD.replace("{{ 7*7 }}", "")} {{growth}}"
bear lost "{BAD}" on demand when gone > 10%
kill over "{LONG}" when growth < 0%
verdict call "{BAD}"
  when growing then "{BAD}" bullish because "{BAD.replace("{{ 7*7 }}", "")}"
  otherwise "Wait"
verdict other "{LONG}"
  when lost then "{BAD}"
  otherwise "{LONG}"
"""


def fact(name: str, value: str, **more: str) -> dict[str, Any]:
    return {"name": name, "period": "2026-03-31", "value": value, "published": "2026-05-01", "kind": "reported",
            "source": BAD, "url": "javascript:alert(4)", "note": BAD, **more}  # fmt: skip


def company() -> thesis.Company:
    from dsl.text.source import SourceFile

    place = SourceFile("facts.yaml", BAD).span(0, 5)
    facts = [fact("growth", "12%"), {**fact("words", f"{BAD}{LONG}"), "period": None, "date": "2026-03-31"}]
    made = Model(
        name=BAD, ticker=f"T{BAD}", currency="CNY", fiscal_year_ends="03-31", path=BAD,
        facts=[{**f, "place": place, "value_place": place} for f in facts],
    )  # fmt: skip
    return thesis.Company(About(made))


def run() -> thesis.Run:
    return thesis.evaluate(RULES.replace("{{ 7*7 }}", "7"), company(), as_of=DAY)


def broken() -> thesis.Rules:
    return thesis.check(f'rules a "{BAD.replace("{{ 7*7 }}", "7")}"\nmetric x = y\nmetric {"z" * 5_000} = q\n')


def parts(found: Any) -> list[Any]:
    """What hangs on a run."""
    named = [found[name] for name in found]
    judged = [found.verdicts, found.conditions, found.pillars, found.kills, found.scenarios, found.missing]
    every = [v for names in judged for v in names.values()]
    series = [n.series for n in named if n.series is not None]
    values = [n.value for n in named]
    reasons = [r for v in values for r in v.reasons]
    facts = [f for v in values for f in v.facts]
    return [found, *named, *judged, *every, *series, *(p for s in series for p in s), *values, *reasons, *facts,
            found.company, found.report(), found.explain(next(iter(found.verdicts))), *found.diagnostics]  # fmt: skip


EVERY: dict[str, Callable[[], list[Any]]] = {
    "hostile": lambda: parts(run()),
    "kinds": lambda: parts(thesis.evaluate("kinds", "KIND", as_of=DAY)),
    "shipped": lambda: parts(thesis.evaluate("alibaba", as_of=DAY, settings={"cloud_growth": "unknown"})),
    "rules": lambda: [broken(), *broken().diagnostics, thesis.check("alibaba")],
    "compare": lambda: [thesis.compare(RULES.replace("{{ 7*7 }}", "7"), [company()], as_of=DAY)],
    "prove": lambda: [found := thesis.prove(RULES.replace("{{ 7*7 }}", "7"), budget=2), *found.findings],
}


@pytest.mark.parametrize("which", EVERY)
def test_a_repr_is_a_short_line(which: str) -> None:
    found = EVERY[which]()
    assert len(found) >= 1
    for each in found:
        assert len(repr(each)) <= 101, type(each)
        assert "\n" not in repr(each)


class Seen(HTMLParser):
    """The tags and attributes of a page, as a browser would find them."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(tag, key, value or "") for key, value in attrs]


def seen(page: str) -> Seen:
    found = Seen()
    found.feed(page)
    found.close()
    return found


CELL = {"div", "strong", "table", "thead", "tbody", "tr", "th", "td", "pre", "iframe"}
"""All that a cell of a notebook is made of."""


@pytest.mark.parametrize("which", EVERY)
def test_nothing_in_a_cell_runs(which: str) -> None:
    shown = [each for each in EVERY[which]() if hasattr(each, "_repr_html_")]
    assert shown
    for each in shown:
        page = each._repr_html_()
        found = seen(page)
        assert found.tags <= CELL, type(each)
        assert {key for _, key, _ in found.attributes} <= {"style", "title", "sandbox", "srcdoc"}
        for _, key, value in found.attributes:
            if key == "sandbox":
                assert not {"allow-scripts", "allow-same-origin", "allow-top-navigation"} & set(value.split())
            if key == "srcdoc":
                inner = seen(value)
                assert not inner.tags & {"script", "img", "iframe", "object", "embed", "base", "form"}
                assert not [key for _, key, _ in inner.attributes if key.startswith("on")]
                assert not [
                    v for _, key, v in inner.attributes if key in ("href", "src") and not re.match("#|https?:", v)
                ]


def test_a_frame_never_stands_without_its_sandbox() -> None:
    for page in (run().report()._repr_html_(), EVERY["compare"]()[0]._repr_html_()):
        keys = [key for tag, key, _ in seen(page).attributes if tag == "iframe"]
        assert "sandbox" in keys
        assert "src" not in keys
        assert page.count("<iframe") == 1


def test_what_facts_say_is_shown_as_they_say_it() -> None:
    shown = company()._repr_html_()
    assert html.escape("<script>alert(1)</script>") in shown
    assert "12%" in shown


@pytest.mark.parametrize("which", ["hostile", "rules", "prove"])
def test_a_cell_is_small_but_for_pages(which: str) -> None:
    for each in EVERY[which]():
        if hasattr(each, "_repr_html_") and not isinstance(each, thesis.Report):
            assert len(each._repr_html_()) < 200_000


def test_long_tables_are_cut_and_say_so(here: Path) -> None:
    rows = "".join(
        f"    - {{date: 2026-01-{1 + n // 2:02d}, value: {n}%, published: 2026-02-{1 + n % 28:02d}, kind: reported, source: S}}\n"
        for n in range(50)
    )
    (here / "many.yaml").write_text(
        f"name: M\nticker: M\ncurrency: CNY\nfiscal_year_ends: 12-31\nfacts:\n  growth:\n{rows}"
    )
    shown = thesis.facts("many.yaml")._repr_html_()
    assert "… and 30 more" in shown
    assert shown.count("<tr>") == 21
