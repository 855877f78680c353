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
