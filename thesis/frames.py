"""Results as tables: polars or pandas, whichever the user has.

In: columns with what they hold. Out: data frames. Must not know what the columns mean. Neither package is needed by
anything else, and each is imported when it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

from thesis.errors import refusal

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

Kind = Literal["text", "number", "whole", "flag", "day"]
"""What a column holds: texts, figures in base units, whole numbers, true or false, days. In each, what is not known, or
not there, is null (in pandas NaN, NaT or <NA>)."""

_POLARS = {"text": "String", "number": "Float64", "whole": "Int64", "flag": "Boolean", "day": "Date"}
_PANDAS = {"text": "object", "number": "float64", "whole": "Int64", "flag": "boolean", "day": "datetime64[s]"}


@dataclass(frozen=True, slots=True)
class Table:
    """Columns by name, each with what it holds and its values: all columns have as many."""

    columns: Mapping[str, tuple[Kind, Sequence[Any]]]


def table(columns: Mapping[str, Kind], rows: Iterable[Sequence[Any]]) -> Table:
    """A table from its rows, the values of each in the order of the columns."""
    held = list(rows)
    return Table({name: (kind, [row[at] for row in held]) for at, (name, kind) in enumerate(columns.items())})


class Tabular:
    """What shows itself as a data frame."""

    __slots__ = ()

    def _table(self) -> Table:
        raise NotImplementedError

    def to_polars(self) -> pl.DataFrame:
        """As a polars DataFrame; unknown is null. Raises ThesisError where polars is not installed."""
        polars = _package("polars")
        columns = self._table().columns
        schema = {name: getattr(polars, _POLARS[kind]) for name, (kind, _) in columns.items()}
        frame: pl.DataFrame = polars.DataFrame({name: list(held) for name, (_, held) in columns.items()}, schema=schema)
        return frame

    def to_pandas(self) -> pd.DataFrame:
        """As a pandas DataFrame; unknown is NaN, NaT or <NA>. Raises ThesisError where pandas is not installed."""
        pandas = _package("pandas")
        return pandas.DataFrame(
            {
                name: pandas.Series(pandas.array(list(held), dtype=_PANDAS[kind]))
                for name, (kind, held) in self._table().columns.items()
            }
        )


def _package(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError:
        raise refusal(
            f"tables as {name} need the package {name}, which is not installed", f"install it with `pip install {name}`"
        ) from None


# --- frames that a user gives -------------------------------------------------------------------------------


def library_of_frame(frame: object) -> str:
    """From which library a frame is: pandas, polars, pyarrow, duckdb, pyspark; '' for what is none that is known."""
    return next(
        (
            m
            for m in ("polars", "pandas", "pyarrow", "duckdb", "pyspark")
            if type(frame).__module__.split(".")[0].strip("_") == m
        ),
        "",
    )


def lazy(frame: Any) -> pl.LazyFrame:
    """A frame of any of these libraries (or anything else that gives itself as an Arrow stream) for polars, its columns not copied
    where the two keep them alike: numbers of pandas and of Arrow are taken as they lie. Raises ThesisError for anything else."""
    polars = _package("polars")
    library = library_of_frame(frame)
    if library == "polars" and hasattr(frame, "lazy"):
        found: pl.LazyFrame = frame.lazy()
        return found
    if library == "pandas" and hasattr(frame, "columns"):
        named = frame.reset_index() if any(name is not None for name in frame.index.names) else frame
        texts = [str(c) for c in named.columns]
        if len(set(texts)) < len(texts):
            raise refusal("two columns of the frame have one name", "rename one of them")
        held = (_column(polars, text, named.iloc[:, at]) for at, text in enumerate(texts))
        return polars.DataFrame(list(held)).lazy()  # type: ignore[no-any-return]
    if library == "duckdb" and hasattr(frame, "pl"):
        return frame.pl().lazy()  # type: ignore[no-any-return]
    if hasattr(frame, "__arrow_c_stream__"):
        return polars.DataFrame(frame).lazy()  # type: ignore[no-any-return]
    if isinstance(frame, Mapping):
        try:
            return polars.DataFrame(dict(frame)).lazy()  # type: ignore[no-any-return]
        except (polars.exceptions.PolarsError, TypeError, ValueError) as error:
            raise refusal(f"the columns are no table: {error}", "give columns of one length by their names") from None
    mend = "give a path, or a frame of polars, pandas, Arrow, DuckDB or Spark"
    raise refusal(f"the universe is a {type(frame).__name__}, which is no table", mend)


def _column(polars: Any, name: str, column: Any) -> Any:
    """A column of pandas: numbers, truths and days as they lie in memory, anything else one by one."""
    kind = getattr(column.dtype, "kind", "O")
    if kind in "iufbM" and not hasattr(column.dtype, "na_value") and getattr(column.dtype, "tz", None) is None:
        return polars.Series(name, column.to_numpy())
    values = [
        None if missing else value for value, missing in zip(column.tolist(), column.isna().tolist(), strict=True)
    ]
    try:
        return polars.Series(name, values)
    except TypeError:  # texts among numbers, as a sheet has them
        return polars.Series(name, [None if value is None else str(value) for value in values])


def given_back(frame: pl.DataFrame, library: str) -> Any:
    """A polars frame as a frame of another library: lists of words become texts in pandas. Raises ThesisError where the library
    is not installed."""
    if library == "pandas":
        return _Given(frame).to_pandas()
    if library == "pyarrow":
        _package("pyarrow")
        return frame.to_arrow()
    if library == "duckdb":
        _package("pyarrow")
        return _package("duckdb").from_arrow(frame.to_arrow())
    return frame


@dataclass(frozen=True, slots=True)
class _Given(Tabular):
    """A polars frame as a table of the face."""

    frame: pl.DataFrame

    def _table(self) -> Table:
        kinds: dict[str, Kind] = {"Float64": "number", "Int64": "whole", "Boolean": "flag", "Date": "day"}
        columns: dict[str, tuple[Kind, Sequence[Any]]] = {}
        for name, dtype in self.frame.schema.items():
            values = self.frame[name].to_list()
            if str(dtype).startswith("List"):
                values = [None if v is None else " | ".join(v) for v in values]
            columns[name] = (kinds.get(str(dtype), "text"), values)
        return Table(columns)
