"""Tables in Parquet, as programs write them: the columns of a tidy table, for one company or for hundreds.

In: a path, and about which company. Out: a `Reading` with facts that are ready. Must not know rules.

Whole columns are judged at a time, and only the rows of the company that is asked for are read. What is in such a file
nobody wrote for these rules by hand, so names that no rule asks for are passed over.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from dsl.text.diagnostics import Diagnostic
from dsl.text.messages import did_you_mean
from dsl.text.pipes import MAX_BYTES as MAX_PIPED
from dsl.text.source import UnreadableFileError, read_bytes, read_whole
from evaluator.codes.messages import make
from evaluator.readers.columns.columns import Columns
from evaluator.readers.rows import Reading, Settings
from evaluator.readers.segments import SEGMENT
from evaluator.readers.tables.tidy import COLUMNS

if TYPE_CHECKING:
    import polars as pl

MAX_ROWS = 3_000_000
"""Rows of one company."""
_REQUIRED = ("metric", "value", "published", "kind", "source")


def read_file(path: Path, name: str, settings: Settings) -> list[Reading]:
    """The facts about one company in a Parquet file. Raises UnreadableFileError."""
    read_bytes(path, name, 4)  # says what is no file at all
    there: Path | BytesIO = path
    if not os.path.isfile(path):  # a pipe gives what it holds once
        there = BytesIO(read_whole(path, name, MAX_PIPED, "write it into a file"))
    try:
        import polars as pl
    except ImportError:
        mend = 'install it with `pip install "thesis-evaluator[parquet]"`'
        raise UnreadableFileError(
            name, "reading Parquet needs the package polars, which is not installed", mend
        ) from None
    try:
        return [_File(pl.scan_parquet(there, glob=False), name, settings).read()]
    except (pl.exceptions.PolarsError, OSError, ValueError) as error:
        raise _damaged(name) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # what the Rust below raises where it finds itself wrong
            raise
        raise _damaged(name) from error


def tickers(path: Path) -> list[str] | None:
    """Every company of a Parquet file, as its column of tickers has them; None where it has none or cannot be read."""
    import polars as pl

    try:
        frame = pl.scan_parquet(path, glob=False)
        column = next((c for c in frame.collect_schema().names() if COLUMNS.get(c.lower()) == "ticker"), None)
        if column is None:
            return None
        found = frame.select(pl.col(column).cast(pl.String).unique()).collect().to_series().to_list()
    except (pl.exceptions.PolarsError, OSError, ValueError):
        return None
    return sorted(str(ticker) for ticker in found if ticker)


def _damaged(name: str) -> UnreadableFileError:
    return UnreadableFileError(name, "the file is not Parquet, or is damaged", "write it anew")


class _File:
    def __init__(self, frame: pl.LazyFrame, name: str, settings: Settings) -> None:
        self.frame, self.name, self.settings = frame, name, settings
        self.problems: list[Diagnostic] = []
        self.weak: dict[str, str] = {}
        self.defaults = {key: str(cell.text) for key, cell in settings.defaults.items()}

    def read(self) -> Reading:
        columns = self._columns()
        if not self.problems:
            self._only_ours(columns)
        if self.problems:
            return Reading(self.name, problems=tuple(self.problems))
        rows = _under_segments(self.frame.select(list(columns)).rename(columns).collect())
        judged = Columns(rows, self.name, self.settings, self.defaults)
        facts = judged.held()
        if "company" in rows.columns and len(rows) and rows["company"][0]:
            self.weak["name"] = str(rows["company"][0])
        return Reading(self.name, weak=self.weak, built=facts, problems=tuple(judged.problems))

    def _columns(self) -> dict[str, str]:
        """Each column that means something, with what it holds."""
        found: dict[str, str] = {}
        for column, dtype in self.frame.collect_schema().items():
            meaning = COLUMNS.get(column.lower())
            if column.startswith(("#", "_")):
                continue
            if meaning is not None and not _plain(dtype):
                what = f"column `{column}` holds {str(dtype).lower()}, and a cell is one text, figure or day"
                self._problem("F040", what=what, mend="write it as texts or numbers; or begin its name with _")
            elif meaning is None:
                mend = did_you_mean(column, COLUMNS, f"the columns are {', '.join(COLUMNS)}; or begin its name with _")
                self._problem("F040", what=f"a column `{column}` means nothing", mend=mend)
            elif meaning in found.values():
                self._problem("F040", what=f"two columns hold the {meaning}", mend="keep one of them")
            else:
                found[column] = meaning
        held = set(found.values()) | set(self.defaults)
        for key in _REQUIRED:
            if key not in held and not self.problems:
                self._problem("F040", what=f"it has no column `{key}`", mend="add it")
        if not held & {"period", "period_end", "date"} and not self.problems:
            self._problem("F040", what="it has no column `period`, `period_end` or `date`", mend="add one of them")
        return found

    def _only_ours(self, columns: Mapping[str, str]) -> None:
        """Leaves the rows of the company that is asked for; says so where there are several, or none of it."""
        import polars as pl

        column = next((c for c, meaning in columns.items() if meaning == "ticker"), None)
        wanted = self.settings.ticker
        if column is not None and wanted is not None:
            self.frame = self.frame.filter(pl.col(column).cast(pl.String) == wanted)
            self.weak["ticker"] = wanted
        count = int(self.frame.select(pl.len()).collect().item())
        if count > MAX_ROWS:
            what, mend = f"it holds {count} rows about one company; the most is {MAX_ROWS}", "keep what the rules need"
            self._problem("F040", what=what, mend=mend)
        elif column is not None and wanted is None:
            known = sorted(map(str, self.frame.select(pl.col(column).unique()).collect().to_series().to_list()))
            if len(known) > 1:
                self._problem(
                    "F047",
                    what=f"this file is about {len(known)} companies",
                    mend=f"say which with {self.settings.which}: {_few(known)}",
                )
            self.weak |= {"ticker": known[0]} if known else {}
        elif column is not None and count == 0:
            everyone = self.frame_of_all(column)
            mend = did_you_mean(str(wanted), everyone, f"it is about {_few(everyone)}")
            self._problem("F047", what=f"there is no row about {wanted} in this file", mend=mend)

    def frame_of_all(self, column: str) -> list[str]:
        """Every company of the file."""
        import polars as pl

        frame = pl.scan_parquet(self.name, glob=False).select(pl.col(column).cast(pl.String).unique()).collect()
        return sorted(str(ticker) for ticker in frame.to_series().to_list() if ticker)

    def _problem(self, code: str, **words: str) -> None:
        self.problems.append(make(code, None, at=self.name, **words))


def _under_segments(rows: pl.DataFrame) -> pl.DataFrame:
    """Figures of segments under their own names, as `readers/segments.py` has them row by row."""
    import polars as pl

    if SEGMENT not in rows.columns or "metric" not in rows.columns:
        return rows.drop(SEGMENT, strict=False)
    said = pl.col(SEGMENT).cast(pl.String).str.strip_chars().fill_null("")
    own = pl.col("metric").cast(pl.String)
    return rows.with_columns(pl.when(said == "").then(own).otherwise(own + "." + said).alias("metric")).drop(SEGMENT)


def _plain(dtype: pl.DataType) -> bool:
    """Whether each cell of a column holds one text, figure, truth or day."""
    import polars as pl

    texts = (pl.String, pl.Categorical, pl.Enum, pl.Null)
    return dtype.is_numeric() or isinstance(dtype, (*texts, pl.Boolean, pl.Date, pl.Datetime))


def _few(tickers: Sequence[str]) -> str:
    return ", ".join(tickers[:12]) + (", …" if len(tickers) > 12 else "")
