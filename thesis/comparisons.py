"""Companies side by side from Python.

In: rules, companies, a day. Out: `Comparison`. Must not know how anything is calculated.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from thesis.errors import refusal, settled, short
from thesis.frames import Kind, Table, Tabular, table
from thesis.reports import save

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    import polars as pl

    from evaluator.schema.names import CompareOutput
    from thesis.asked import AsOf, Given, Paths
    from thesis.companies import Company
    from thesis.rulefiles import Rules

_LONG: dict[str, Kind] = {
    "ticker": "text", "kind": "text", "name": "text", "title": "text", "state": "text", "text": "text", "low": "number",
    "high": "number", "because": "text",
}  # fmt: skip
_WIDE: dict[str, Kind] = {"kind": "text", "name": "text", "title": "text"}


@dataclass(frozen=True, slots=True, repr=False)
class Comparison(Tabular):
    """Companies side by side, as of one day. It shows itself in a notebook; `model` is all of it as data, with a published
    schema (docs/schema/compare.schema.json)."""

    model: CompareOutput

    @property
    def tickers(self) -> tuple[str, ...]:
        """The companies, in the order of the columns."""
        return tuple(n.ticker for n in self.model.names)

    def html(self) -> str:
        """One self-contained page: no script, no request."""
        from evaluator.render.compare import render_compare

        return render_compare(self.model, "html")

    def markdown(self) -> str:
        """The grid as Markdown."""
        from evaluator.render.compare import render_compare

        return render_compare(self.model, "md")

    def csv(self) -> str:
        """The grid as CSV."""
        from evaluator.render.compare import to_csv

        return to_csv(self.model)

    def json(self) -> str:
        """The grid as JSON."""
        return self.model.model_dump_json(indent=2) + "\n"

    def xlsx(self) -> bytes:
        """The grid as a workbook."""
        from evaluator.render.workbook import to_xlsx

        return to_xlsx(self.model)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Writes .html, .md, .csv, .json or .xlsx. Raises ThesisError for another ending and where nothing can be written."""
        html, md = self.html, self.markdown
        forms: dict[str, Callable[[], str | bytes]] = {
            ".html": html, ".htm": html, ".md": md, ".markdown": md, ".csv": self.csv, ".json": self.json, ".xlsx": self.xlsx,
        }  # fmt: skip
        return save(path, forms)

    def to_polars(self, *, wide: bool = False) -> pl.DataFrame:
        """A row for each company and each verdict, pillar, condition, event, metric, score or threshold, with the bounds of
        figures; `wide`: a column for each company, with texts as the page shows them."""
        return _Wide(self.model).to_polars() if wide else super(Comparison, self).to_polars()

    def to_pandas(self, *, wide: bool = False) -> pd.DataFrame:
        """The same as a pandas DataFrame."""
        return _Wide(self.model).to_pandas() if wide else super(Comparison, self).to_pandas()

    def _table(self) -> Table:
        rows = (
            (cell.ticker, row.kind, row.name, row.title, cell.state, cell.text, cell.low, cell.high, cell.because)
            for row in self.model.rows
            for cell in row.cells
        )
        return table(_LONG, sorted(rows, key=lambda r: self.tickers.index(r[0])))

    def __repr__(self) -> str:
        return short(f"<{self.model.rules} as of {self.model.as_of}: {', '.join(self.tickers)}>")

    def _repr_html_(self) -> str:
        from thesis.pages import framed

        return framed(self.html(), self.model.title)


@dataclass(frozen=True, slots=True)
class _Wide(Tabular):
    """The grid with a column for each company."""

    model: CompareOutput

    def _table(self) -> Table:
        tickers: dict[str, Kind] = {n.ticker: "text" for n in self.model.names}
        rows = ((row.kind, row.name, row.title, *(cell.text for cell in row.cells)) for row in self.model.rows)
        return table({**_WIDE, **tickers}, rows)


def compare(
    rules: str | os.PathLike[str] | Rules,
    companies: Sequence[str | os.PathLike[str] | Company] | Mapping[str, str | os.PathLike[str] | Rules | None],
    *,
    as_of: AsOf = None,
    settings: Mapping[str, Given] | None = None,
    facts: Paths | None = None,
    library: Paths | None = None,
    sort: str = "given",
) -> Comparison:
    """Companies side by side, all as of one day.

    In: rules; companies as `evaluate` takes each, or tickers with the rules that each is held to (None: `rules`); the rest
    as in `evaluate`; `sort` by "given", "score", "ticker" or the name of a verdict or metric. Out: the comparison. Raises ThesisError
    as `evaluate` does, for a company that is named twice, and for another way to sort.
    """
    from evaluator.across.compare import compare as compared
    from evaluator.session.service import names_elsewhere, program_of
    from thesis.asked import day_of
    from thesis.rulefiles import load
    from thesis.runs import evaluated

    asked = _asked(companies)
    default = load(rules, library=library)
    day, _ = day_of(as_of)

    elsewhere = cache(names_elsewhere)
    runs = [
        evaluated(default if own is None else own, company, day, settings, facts, library, elsewhere).evaluated
        for company, own in asked
    ]
    return Comparison(settled(compared(program_of(default.checked), runs, sort)))


def _asked(companies: object) -> list[tuple[object, Any]]:
    """Each company with the rules that it is held to, None for those of all."""
    from evaluator.facts.model import Company as Model
    from thesis.asked import sort_of
    from thesis.companies import Company

    if isinstance(companies, Mapping):
        return list(companies.items())
    one = isinstance(companies, str | os.PathLike | Company | Model)
    if one or isinstance(companies, set | frozenset) or not isinstance(companies, Iterable):
        raise refusal(f"the companies are {sort_of(companies)}, not a list", 'give several, such as ["BABA", "MSFT"]')
    return [(company, None) for company in companies]
