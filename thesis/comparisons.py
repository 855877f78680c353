"""Companies side by side, and the names of a table judged, from Python.

In: rules, companies or a table, a day. Out: `Comparison`, `Screen`. Must not know how anything is calculated.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from thesis.errors import refusal, settled, short
from thesis.frames import Kind, Table, Tabular, given_back, lazy, library_of_frame, table
from thesis.reports import save

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    import polars as pl

    from evaluator.schema.names import CompareOutput
    from evaluator.schema.screens import ScreenOutput
    from evaluator.spark.running import SparkScreen as On
    from evaluator.universe.running import Whole
    from thesis.asked import AsOf, Given, Paths
    from thesis.companies import Company
    from thesis.rulefiles import Rules
    from thesis.runs import Run

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


# --- screens -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Screen:
    """The names of a universe judged by rules, in their order. It shows itself in a notebook; `model` is all of it as data, with a
    published schema (docs/schema/screen.schema.json).

    `frame` is the table in the library of the frame that was given: polars, pandas, Arrow or DuckDB; figures are in base units.
    """

    model: ScreenOutput
    polars: pl.DataFrame
    library: str
    """From which library the universe came."""
    whole: Whole | On
    """The program's own, for `why`."""
    rules: Rules

    @property
    def frame(self) -> Any:
        """A row for each name, in the library of the frame that was given. Raises ThesisError where that is not installed."""
        return given_back(self.polars, self.library)

    @property
    def names(self) -> tuple[str, ...]:
        """The names, in their order."""
        return tuple(self.polars["name"].to_list())

    @property
    def told(self) -> tuple[str, ...]:
        """What was taken for what, and what is in doubt."""
        return tuple(self.model.told)

    @property
    def undecided(self) -> tuple[str, ...]:
        """The names of which some verdict is not decided."""
        return tuple(dict.fromkeys(one.name for one in self.model.undecided))

    def outcomes(self, verdict: str | None = None) -> dict[str | None, int]:
        """How many names have each outcome of a verdict (the first of the rules, where none is named); None: not decided."""
        wanted = (
            verdict if verdict is not None else next((h.name for h in self.model.heads if h.kind == "verdict"), None)
        )
        return {o.outcome: o.count for o in self.model.outcomes if o.verdict == wanted and o.group is None}

    def why(self, name: str) -> Run:
        """The rules on one name, as `thesis.evaluate` gives them: why it is in or out. Raises ThesisError where there is no such name."""
        from evaluator.session.service import About
        from thesis.runs import Run

        found = settled(self.whole.why(name))
        assert found.company is not None, "a screen judges companies"
        return Run(found, About(found.company), rules=self.rules)

    def to_polars(self) -> pl.DataFrame:
        """As a polars DataFrame: the one that it holds."""
        return self.polars

    def to_pandas(self) -> pd.DataFrame:
        """As a pandas DataFrame; words that are left are one text, parted by ` | `."""
        found: pd.DataFrame = given_back(self.polars, "pandas")
        return found

    def html(self) -> str:
        """One self-contained page, to sort and to filter without a network."""
        from evaluator.render.screen import to_html

        return to_html(self.model)

    def csv(self) -> str:
        """The names as CSV."""
        from evaluator.render.screen import to_csv

        return to_csv(self.polars)

    def json(self) -> str:
        """All of it as JSON."""
        from evaluator.render.as_json import render_json

        return render_json(self.model)

    def xlsx(self) -> bytes:
        """The names as a workbook. Raises ThesisError for more than a sheet holds."""
        from evaluator.render.screen import MAX_SHEET, to_xlsx

        if self.polars.height > MAX_SHEET:
            what = f"a sheet of a workbook holds {MAX_SHEET:,} names, and these are {self.polars.height:,}"
            raise refusal(what, "save it as .parquet or .csv")
        return to_xlsx(self.polars, self.model)

    def parquet(self) -> bytes:
        """The names as the bytes of a Parquet file."""
        from io import BytesIO

        from evaluator.blocks import writing

        out = BytesIO()
        writing.parquet([self.polars], self.polars.schema, out)
        return out.getvalue()

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Writes .html, .csv, .json, .xlsx or .parquet. Raises ThesisError for another ending and where nothing can be written."""
        html = self.html
        forms: dict[str, Callable[[], str | bytes]] = {
            ".html": html, ".htm": html, ".csv": self.csv, ".json": self.json, ".xlsx": self.xlsx, ".parquet": self.parquet,
        }  # fmt: skip
        return save(path, forms)

    def __repr__(self) -> str:
        counts = ", ".join(f"{outcome or 'not decided'} {count}" for outcome, count in self.outcomes().items())
        return short(f"<{self.model.rules} on {self.model.names} names as of {self.model.as_of}: {counts}>")

    def _repr_html_(self) -> str:
        from thesis.pages import table as shown

        heads = [h for h in self.model.heads if h.kind in ("verdict", "score", "metric")]
        at = {h.name: n for n, h in enumerate(self.model.heads)}
        rows = ([r.name, *(r.cells[at[h.name]].text for h in heads)] for r in self.model.rows)
        notes = [self.model.order, *(t for t in self.told if t.startswith(("in doubt", "look-ahead")))]
        return shown(f"{self.model.title}, as of {self.model.as_of}", ["name", *(h.title for h in heads)], rows, notes)


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class SparkScreen:
    """The names of a universe in Spark judged by rules there: nothing is brought together until it is asked for."""

    held: On
    """The program's own."""
    rules: Rules

    @property
    def frame(self) -> Any:
        """A row for each name, as a frame of Spark that is not evaluated yet; figures are in base units. Raises ThesisError for an order
        that Spark does not have."""
        return settled(self.held.product())

    @property
    def told(self) -> tuple[str, ...]:
        """What was taken for what, and what is in doubt."""
        return self.held.universe.told

    def collected(self) -> Screen:
        """The screen as of any other frame, with all names in the memory of this machine. Raises ThesisError for more than it holds, and
        where Spark ends the job."""
        found = settled(self.held.collected())
        return Screen(found.output, found.frame, "polars", self.held, self.rules)

    def why(self, name: str) -> Run:
        """The rules on one name, as `thesis.evaluate` gives them. Raises ThesisError where there is no such name."""
        from evaluator.session.service import About
        from thesis.runs import Run

        found = settled(self.held.why(name))
        assert found.company is not None, "a screen judges companies"
        return Run(found, About(found.company), rules=self.rules)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Has Spark write .parquet, a folder on a disk that its workers share. Raises ThesisError for another ending, and where it cannot
        be written: what stood there stays."""
        from pathlib import Path as FilePath

        there = FilePath(path)
        if there.suffix != ".parquet":
            raise refusal(f"Spark writes no `{there.suffix}`", "name it .parquet, or save what `collected()` gives")
        failed = self.held.written(there)
        if failed is not None:
            settled(failed)
        return there

    def __repr__(self) -> str:
        asked = self.held.question.program
        return short(f"<{asked.name} on {self.held.universe.table.source} as of {self.held.options.as_of}, in Spark>")


def screen(
    rules: str | os.PathLike[str] | Rules,
    universe: Any,
    *,
    as_of: AsOf = None,
    columns: Mapping[str, str] | None = None,
    currency: str | None = None,
    unit: str | None = None,
    mapping: str | os.PathLike[str] | None = None,
    where: str | None = None,
    sort: str | None = None,
    metrics: Sequence[str] = (),
    top: int | None = None,
    name: str | None = None,
    by: str | None = None,
    period: str | None = None,
    each: str | None = None,
    known: str | None = None,
    history: bool = False,
    settings: Mapping[str, Given] | None = None,
    engine: str | None = None,
    library: Paths | None = None,
) -> Screen | SparkScreen:
    """The names of a universe judged by rules.

    In: rules; a frame of polars, pandas, Arrow, DuckDB or Spark (which judges it where it lies: a `SparkScreen`), the
    path of a table, or a folder of facts files. `columns` says which column is which input, and where that is needed
    in which unit: {"Dividend Yield": "dividend_yield:fraction"}; `currency` that of all money ("USD", or "column
    Currency"), `unit` its scale ("millions"), `mapping` a mapping file instead. `where` keeps the names of which a
    condition of the language holds; `sort` is a metric, a verdict, "score", "name", "given", or ranks: "rank(roc) +
    rank(pe, lowest first)"; `name`, `by`, `period`, `known` name the columns of the names, the sector, the days on
    which periods end (`each` long) and since when rows are known; `history`: each name as of each day on
    which a row of it became known; `settings`: values by name in place of thresholds, formulas or columns, for all names;
    `engine`: "rows" has the reference evaluator judge them one by one, however many there are. Out: the screen. Raises
    ThesisError for what cannot be read, for what could be read in two ways, and for more than 200,000 names that only the
    reference evaluator can judge (some hours) where nobody asks for it.
    """
    from pathlib import Path as FilePath

    from dsl.text.source import UnreadableFileError
    from evaluator.blocks.parts import Scratch
    from evaluator.universe import files
    from evaluator.universe.layouts import layout_of
    from evaluator.universe.running import Options, folder_of, table_of, unreadable
    from thesis.asked import PYTHON, day_of, settings_of, whole
    from thesis.rulefiles import load

    if engine not in (None, "rows"):
        raise refusal(f"there is no engine {engine!r}", 'write "rows", or leave it out for the fastest that can')
    loaded = load(rules, library=library)
    day, _ = day_of(as_of)
    said = {"ticker": name, "period": period, "each": each, "known": known, "currency": currency, "unit": unit}
    mapped = [f"{head}={meant}" for head, meant in (columns or {}).items()]
    layout = settled(layout_of(FilePath(mapping) if mapping is not None else None, mapped, (), said))
    first = None if top is None else whole(top, "top", 1)
    program = loaded.checked.program
    texts = tuple(settings_of(program, settings)) if program is not None else ()
    asked = Options(
        day, layout, where, sort, tuple(metrics), first, by, history, engine, settings=texts, asking=PYTHON, tell=_slow
    )
    if isinstance(universe, str | os.PathLike):
        path = FilePath(universe)
        if path.is_dir():
            found = settled(folder_of(loaded.checked, path, asked, loaded.library))
            return _screen(found, "polars", loaded)
        with Scratch() as scratch:
            try:
                raw = files.staged(files.opened(path, str(path)), scratch)
            except UnreadableFileError as error:
                settled(unreadable(error))
                raise
            return _screen(settled(table_of(loaded.checked, raw, asked)), "polars", loaded)
    if library_of_frame(universe) == "pyspark":
        if engine is not None:
            raise refusal("Spark judges its own frames", "leave `engine` out, or give a frame of another library")
        if settings:
            raise refusal("`settings` are not for Spark", "write the values into the rules")
        from evaluator.spark.running import of_frame

        return SparkScreen(settled(of_frame(loaded.checked, universe, "the frame", asked)), loaded)
    raw = files.Raw(lazy(universe), "the frame")
    return _screen(settled(table_of(loaded.checked, raw, asked)), library_of_frame(universe), loaded)


def _slow(said: str) -> None:
    """A warning before what takes long."""
    import warnings

    warnings.warn(said, UserWarning, stacklevel=2)


def _screen(given: Whole, library: str, rules: Rules) -> Screen:
    found = given.held()
    screened = settled(found.screened())
    return Screen(screened.output, screened.frame, library, found, rules)
