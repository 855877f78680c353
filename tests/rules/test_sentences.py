"""What shipped reports say, read by a linter: no figure that is none, no raw name, no claim that is not so, no slip of print.

All shipped theses at one day, the body of each memo as Markdown. Formulas and rules stand in the metrics, the rules in force and
the appendix; what is written there is to be copied, and is not read here.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import pytest

from dsl.program import program as p
from evaluator.render.page import render
from evaluator.report.sentences import phrase
from evaluator.schema.report import Report
from evaluator.session.run import Run
from tests.support.shipped import shipped_runs

DAY = dt.date(2026, 6, 15)
AS_WRITTEN = (
    "Key figures and metrics",
    "Metrics",
    "Rules in force",
    "Appendix: facts",
    "Disclaimer",
    "From facts to verdicts",
)


@pytest.fixture(scope="module")
def runs() -> dict[str, tuple[Run, Report]]:
    return {name: (run, run.report()) for name, run in shipped_runs(DAY).items()}


def sentences(text: str) -> Iterator[str]:
    """The lines of a memo that are read, without code and links."""
    reading = True
    for line in text.splitlines():
        if line.startswith("## "):
            reading = line.removeprefix("## ") not in AS_WRITTEN
        if reading and not re.fullmatch(r"[|: -]+", line):
            yield re.sub(r"`[^`]*`|\]\([^)]*\)", "CODE", line)


SLIPS = {
    "a figure that is none": re.compile(
        r"\ban? unknown\b|\b(of|by|to|is) unknown (of|a|in)\b|\bNone\b|\bnan\b|\binf\b"
    ),
    "a raw name": re.compile(r"(?<![\w/.-])[a-z][a-z0-9]*(_[a-z0-9]+)+(?![\w/-])"),
    "a raw call": re.compile(r"\b[a-z_]+\((?!s\))"),
    "two spaces": re.compile(r"(?<=\S)  +(?=\S)"),
    "two marks": re.compile(r"\.\.(?!\.)|,,|;;|(?<=\w) [.,;](?=\s|$)|\(\)"),
    "a mark of good news": re.compile(r"✗[^|]*has not happened"),
}
FIGURE = re.compile(r"(?<![\w.-])[−-]?(\d[\d,]*(?:\.\d+)?)(?=%|pp|x\b|bps|k\b|m\b|bn\b|tn\b|\s[A-Z]{3}\b)")


def digits(figure: str) -> int:
    """Significant digits of a figure as printed."""
    return len(figure.replace(",", "").replace(".", "").lstrip("0"))


def test_no_slips(runs: dict[str, tuple[Run, Report]]) -> None:
    found = []
    for name, (_, report) in runs.items():
        for line in sentences(render(report, "md")):
            plain = line.partition("**Rules**")[0]  # what follows are names of files
            found += [(name, slip, line[:160]) for slip, pattern in SLIPS.items() if pattern.search(plain)]
            found += [(name, "digits", x) for x in FIGURE.findall(plain) if digits(x) > 5]
    assert found == []


def test_the_linter_sees_slips() -> None:
    seen = {slip for slip, pattern in SLIPS.items() for line in (
        "an unknown amount", "grew by cloud_growth", "count(routes) is 4", "one  two", "n.m..", "✗ K has not happened",
    ) if pattern.search(line)}  # fmt: skip
    assert seen == set(SLIPS)
    assert [digits(x) for x in FIGURE.findall("243.4367bn, 0.035%, 1,234.5 CNY")] == [7, 2, 5]


def test_nothing_is_claimed_of_what_is_not_so(runs: dict[str, tuple[Run, Report]]) -> None:
    for run, report in runs.values():
        for condition in report.conditions:
            declared = run.program.conditions[condition.name]
            if condition.state == "false":
                assert condition.because == phrase(run.evaluation, declared.otherwise)
            elif condition.state != "true":
                assert condition.because == ""
        for kill in report.kills:
            assert bool(kill.because) <= (kill.status == "has happened")


def test_every_figure_in_prose_is_bound_to_what_it_is_made_of(runs: dict[str, tuple[Run, Report]]) -> None:
    bound = 0
    for run, report in runs.values():
        for said in (*report.conditions, *report.verdicts):
            text = "".join(piece.text for piece in said.said)
            assert text == said.because or not said.said
            figures = [piece for piece in said.said if piece.names]
            bound += len(figures)
            assert all(isinstance(run.program.declared(n), p.Declared) for piece in figures for n in piece.names)
    assert bound > 40


def test_every_link_in_a_page_leads_to_one_place(runs: dict[str, tuple[Run, Report]]) -> None:
    for name, (_, report) in runs.items():
        page = render(report, "html")
        ids = re.findall(r'\sid="([^"]+)"', page)
        assert len(ids) == len(set(ids)), name
        assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids), name
        assert len(page.encode()) < 1_500_000
