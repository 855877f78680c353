"""The published examples, from docs/library.md alone: the thesis that the page gives to copy, and a tidy CSV of the figures.

What a module's own example gives in every period is written for as many periods as anything reads, one row a figure; what it gives
of one period is written for that one. The product reads the file, and what the example expects must hold.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from dsl.check.checker import Checked, check_file
from dsl.link.load import Library
from dsl.program import program as p
from dsl.text.source import SourceFile
from dsl.types.units import Frequency
from evaluator.engine.evaluate import ask
from evaluator.session.reading import load_facts
from evaluator.session.run import Run, run
from evaluator.values.series import expect
from evaluator.values.values import Truth
from tests.paths import ROOT
from tests.rules.statements import FOLDER, SCORES
from tests.support.command_line import call

AS_OF = dt.date(2026, 2, 28)
PAGE = (ROOT / "docs" / "library.md").read_text("utf-8")
YEARS, QUARTERS = 21, 24
HEAD = ("--name", "A company", "--for", "MYCO", "--reports-in", "USD", "--fiscal-year-ends", "12-31")
_GUARDS = {"m_margin": "0.4", "m_soft_assets": "0.2", "sales": "100m USD"}
BESIDE = {
    "beneish_m_score": _GUARDS,
    "beneish_ttm": _GUARDS,
    "dupont": {
        "equity": "50m USD",
        "pretax_earnings": "10m USD",
        "ebit": "12m USD",
        "sales": "100m USD",
        "total_assets": "90m USD",
    },
}
"""What the figures of an example mean something beside (`meaningful when`): an example sets a figure whatever stands beside it, and
a company's facts do not."""
_MONEY = re.compile(r"(?P<figure>-?[0-9.]+(?:k|m|bn|tn)?) ?(?P<currency>[A-Z]{3})")


def on_the_page(module: str) -> str:
    """The thesis that the page gives to copy."""
    found = re.search(rf"^### {module}\n.*?^```thesis\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert found is not None, module
    return found[1].replace("for TICKER", "for MYCO since 2026-01-01")


def checked(text: str) -> Checked:
    found = check_file(SourceFile("mine.thesis", text), Library((FOLDER,)))
    assert found.program is not None, found.diagnostics
    return found


def program(text: str) -> p.Program:
    found = checked(text).program
    assert found is not None
    return found


def published(module: str) -> list[p.Example]:
    """The module's examples from publications."""
    return [e for e in program(on_the_page(module)).examples if e.title.startswith("published")]


CASES = [(module, example.title) for module in SCORES for example in published(module)]


def test_every_module_that_has_published_examples_is_here() -> None:
    assert len({module for module, _ in CASES}) >= 15
    assert len(CASES) >= 40


@pytest.mark.parametrize(("module", "title"), CASES)
def test_a_published_example_is_reproduced(
    module: str, title: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = on_the_page(module)
    (example,) = (e for e in published(module) if e.title == title)
    rules = program(text)
    params = {n: e.text for n, e in example.given.items() if n in rules.params}
    other = {n: said for n, said in params.items() if rules.params[n].versions[0].value.text != said}
    if other:
        said = ", ".join(f"{n} = {words}" for n, words in other.items())
        text = text.replace(f"uses {module}", f"uses {module} with {said}")
        rules = program(text)
    rows = [row for name, expr in example.given.items() if name not in params for row in rows_of(rules, name, expr)]
    for name, figure in BESIDE.get(module, {}).items():
        if name not in example.given:
            rows += dated(rules, name, dict.fromkeys(range(YEARS), figure))
    with Path("figures.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(("metric", "period", "date", "value", "currency", "published", "kind", "source"))
        table.writerows(rows)
    taken = call("facts", "import", "figures.csv", "--to", "facts.yaml", *HEAD)
    assert taken.status == 0, taken.err
    company, problems = load_facts(Path("facts.yaml"))
    assert company is not None, problems
    found = run(checked(text), company, AS_OF)
    assert isinstance(found, Run)
    held = {e.text: expect(ask(found.evaluation, e.condition), Truth).value for e in example.expect}
    assert [words for words, holds in held.items() if holds is not True] == []


def rows_of(rules: p.Program, name: str, given: p.Expr) -> Iterator[tuple[str, ...]]:
    """The rows of one name."""
    every = (rules.inputs.get(name) or rules.metrics[name]).type.series
    yield from dated(rules, name, dict(_by_period(given, YEARS if every is Frequency.YEAR else QUARTERS)))


def dated(rules: p.Program, name: str, values: Mapping[int, str]) -> Iterator[tuple[str, ...]]:
    """The rows of one name, by how many periods ago."""
    kind = (rules.inputs.get(name) or rules.metrics[name]).type
    every = kind.series
    for back, value in sorted(values.items(), reverse=True):
        money = _MONEY.fullmatch(value)
        figure, currency = (money["figure"], money["currency"]) if money is not None else (value, "")
        if every in (None, Frequency.DAY) and back:
            continue
        period, date, published = _when(every, back)
        if (
            kind.per is Frequency.YEAR and every is Frequency.QUARTER
        ):  # the figure of the year that ends with the quarter
            period = f"TTM {dt.date.fromisoformat(published).replace(day=1) - dt.timedelta(days=1)}"
        yield name, period, date, figure, currency, published, "reported", "As published"


def _by_period(given: p.Expr, many: int) -> Iterator[tuple[int, str]]:
    """How many periods ago, and the value as it is written."""
    if not isinstance(given, p.ByPeriod):
        if given.text != "unknown":
            yield from ((back, given.text) for back in range(many))
        return
    for interval in given.intervals:
        backs = [interval.count] if interval.ago else list(range(interval.count))
        yield from ((back, interval.value.text) for back in backs)


def _when(every: Frequency | None, back: int) -> tuple[str, str, str]:
    if every in (None, Frequency.DAY):
        return "", "2026-02-20", "2026-02-20"
    if every is Frequency.YEAR:
        return f"FY{2025 - back}", "", f"{2026 - back}-02-15"
    year, quarter = divmod(2025 * 4 + 3 - back, 4)
    month = quarter * 3 + 4
    published = dt.date(year + month // 13, month % 12 or 12, 20)
    return f"Q{quarter + 1} FY{year}", "", published.isoformat()
