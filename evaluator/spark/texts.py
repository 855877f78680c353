"""Texts in Spark as figures and words: common spellings read there, every other text once, by the reader of all tables.

In: a frame of Spark, columns of texts. Out: SQL over its columns. Must not know rules.

A figure in a common spelling (`1,234.5`, `(12)`, `3.5%`, `1.234,5` where a comma begins decimals) is read by Spark itself, row by row. Each
other text is brought here once, with how often it stands there, and means what `universe/measures` says; so may an example of the common
ones, which says what is wrong with their unit. Nothing of Python is needed on a worker.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evaluator.columnar.spark_terms import literal, quoted
from evaluator.readers.numerals import UNKNOWN
from evaluator.universe.measures import PLAIN, Holds

MOST = 100_000
"""So many different texts are brought here at most."""
IN_A_CASE = 64
"""So many texts are told apart in a column; more of them are looked up in a table."""
PLAINLY, PERCENT, FIGURE, ODD = "plain", "percent", "figure", "odd"
_WHOLE, _DECIMALS = "[0-9]{1,15}", "[0-9]{1,10}"


@dataclass(frozen=True)
class Found:
    """A text of a column: in how many rows, and one of the names there. `kind`: of the common spellings this is one of many texts."""

    kind: str
    text: str
    rows: int
    name: str


def said(sql: str) -> str:
    """A text without the words that say that nothing is known."""
    return f"CASE WHEN LOWER({sql}) NOT IN ({', '.join(literal(w, 's') for w in sorted(UNKNOWN))}) THEN {sql} END"


def stripped(head: str) -> str:
    """A column as texts without blanks at their ends; what is empty is null."""
    text = f"REGEXP_REPLACE(CAST({quoted(head)} AS string), {_pattern(BLANKS)}, '')"
    return f"NULLIF({text}, '')"


BLANKS = r"^[\s\p{Z}]+|[\s\p{Z}]+$"


def kind_of(text: str, holds: Holds, ambiguous: str | None, percents: bool) -> str:
    """How a figure is spelled, as SQL. `percents`: whether a figure of the column may be one."""
    doubtful = "" if ambiguous is None else f" AND NOT {text} RLIKE {_pattern(ambiguous)}"
    common = _common(holds)
    ways = [(f"{text} RLIKE {_pattern(PLAIN)}{doubtful}", PLAINLY)]
    if percents:
        ways.append((f"{text} RLIKE {_pattern(_either(common, ' ?%'))}", PERCENT))
    ways.append((f"{text} RLIKE {_pattern(_either(common, ''))}", FIGURE))
    listed = " ".join(f"WHEN {asked} THEN {literal(kind, 's')}" for asked, kind in ways)
    return f"CASE WHEN {text} IS NULL THEN NULL {listed} ELSE '{ODD}' END"


def number(text: str, kind: str, holds: Holds) -> str:
    """A common spelling as a number in base units, as SQL; null of others. A percent is read with its point two places further, so that
    it is rounded once."""
    signs = ("',.()%+ '", "'.'") if holds.decimal == "comma" else ("',()%+ '", "''")
    digits = f"TRANSLATE({text}, {signs[0]}, {signs[1]})"
    negative = f"IF(STARTSWITH({text}, '('), '-', '')"
    common = f"CONCAT({negative}, {digits}, IF({kind} = '{PERCENT}', 'E-2', ''))"
    return (
        f"CASE WHEN {kind} = '{PLAINLY}' THEN TRY_CAST({text} AS double) "
        f"WHEN {kind} IN ('{PERCENT}', '{FIGURE}') THEN TRY_CAST({common} AS double) END"
    )


def _common(holds: Holds) -> str:
    """The digits of a figure that can be read in one way alone."""
    point, thousands = (",", r"\.") if holds.decimal == "comma" else (r"\.", ",")
    if holds.decimal is None and holds.semicolons:
        return rf"{_WHOLE}(?:\.(?:[0-9]{{1,2}}|[0-9]{{4,10}}))?"
    grouped = rf"[0-9]{{1,3}}(?:{thousands}[0-9]{{3}}){{1,4}}(?:{point}{_DECIMALS})?"
    return rf"(?:{grouped}|{_WHOLE}(?:{point}{_DECIMALS})?)"


def _either(digits: str, sign: str) -> str:
    """The digits with a sign before them, or in brackets."""
    return rf"^(?:[-+]?{digits}{sign}|\({digits}{sign}\))$"


def _pattern(pattern: str) -> str:
    return literal(pattern, "s")


def gathered(
    frame: Any, name: str, columns: Mapping[str, tuple[str, str]], words: Mapping[str, str]
) -> dict[str, list[Found]] | str:
    """What stands in columns of texts, by their heads. `columns`: of figures, each as SQL of its text and of how it is spelled; `words`: of
    words, as SQL of the text; `name`: SQL of the name of a row. A head where it holds more than `MOST` different texts."""
    heads = [*columns, *words]
    if not heads:
        return {}
    parts = [(text, kind) for text, kind in columns.values()] + [(text, f"'{ODD}'") for text in words.values()]
    cells = ", ".join(f"STRUCT({at} AS at, {kind} AS kind, {text} AS text)" for at, (text, kind) in enumerate(parts))
    each = frame.selectExpr(f"COALESCE({name}, '') AS name", f"EXPLODE(ARRAY({cells})) AS cell")
    each = each.filter("cell.text IS NOT NULL").selectExpr(
        "name",
        "cell.at AS at",
        "cell.kind AS kind",
        "cell.text AS text",
        f"IF(cell.kind = '{ODD}', cell.text, '') AS key",
    )
    f = importlib.import_module("pyspark.sql.functions")
    found = each.groupBy("at", "kind", "key").agg(
        f.expr("MIN(text) AS text"), f.expr("COUNT(1) AS rows"), f.expr("MIN(name) AS name")
    )
    rows = found.limit(MOST + 1).collect()
    by_head: dict[str, list[Found]] = {head: [] for head in heads}
    for row in rows:
        by_head[heads[row["at"]]].append(Found(row["kind"], row["text"], row["rows"], row["name"]))
    if len(rows) > MOST:
        return max(heads, key=lambda head: len(by_head[head]))
    return {head: sorted(of, key=lambda one: one.text) for head, of in by_head.items()}


class Mapped:
    """Texts that are looked up. `joined` gives the frame in which each SQL that `of` gave can be read."""

    def __init__(self) -> None:
        self._tables: list[tuple[str, str, Sequence[tuple[str, Any]], str]] = []

    def of(self, text: str, meant: Mapping[str, Any], kind: str) -> str:
        """What a text means, as SQL; `kind`: of terms. `text`: SQL of a column."""
        if not meant:
            return literal(None, kind)
        if len(meant) <= IN_A_CASE:
            listed = " ".join(f"WHEN {literal(t, 's')} THEN {literal(m, kind)}" for t, m in meant.items())
            return f"CASE {text} {listed} END"
        own = f"\x01meant {len(self._tables)}"
        self._tables.append((own, text, tuple(meant.items()), kind))
        return quoted(own)

    def joined(self, frame: Any) -> Any:
        """The frame with the columns that were made."""
        f = importlib.import_module("pyspark.sql.functions")
        found = frame
        for own, text, pairs, kind in self._tables:
            types = {"f": "double", "b": "boolean", "s": "string"}
            key = f"{own} of"
            table = frame.sparkSession.createDataFrame(pairs, f"{quoted(key)} string, {quoted(own)} {types[kind]}")
            found = found.join(f.broadcast(table), f.expr(f"{text} = {quoted(key)}"), "left").drop(key)
        return found
