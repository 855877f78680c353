"""The cells of a column in base units: 12% is 0.12, `1,234` in thousands is 1,234,000, `(5.2)` is −5.2, `n/a` is missing.

In: a `Raw`, a `Column`, the scale and the currency of the sheet. Out: `Read`, expressions over whole columns. Must not know rules.

Texts are read by the one way on which figures of tables become facts (`readers/numerals`), each different text once. What can
be read in two ways is refused, with its row.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dsl.program.declared import Bounds
from dsl.text.diagnostics import Diagnostic
from dsl.text.edits import did_you_mean
from dsl.types.days import iso
from dsl.types.units import FIGURES, Kind
from evaluator.blocks.parts import collected
from evaluator.codes.messages import make
from evaluator.facts.spelling import Misspelled
from evaluator.readers.layouts.labels import plain_label
from evaluator.readers.numerals import UNKNOWN
from evaluator.universe.columns import Column
from evaluator.universe.files import Raw
from evaluator.universe.measures import PLAIN, Holds, Measures

if TYPE_CHECKING:
    import polars as pl

_SHOWN, _CAUSES = 3, 20
MAX_ODD = 1_000_000
"""So many different texts of a column are read one by one."""
_TRUTHS = {"true": True, "yes": True, "false": False, "no": False, "y": True, "n": False, "t": True, "f": False}


@dataclass
class Read:
    """A column in base units: expressions by the names of the columns that they make; what is wrong; what is said."""

    columns: dict[str, pl.Expr] = field(default_factory=dict)
    problems: list[Diagnostic] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Sheet:
    """What holds for the whole of a table: the scale of its money, its currency, how decimals are written, the column of names."""

    raw: Raw
    names: str
    scale: str | None = None
    currency: str | None = None
    decimal: str | None = None


def read(sheet: Sheet, column: Column) -> Read:
    """A column as what its input is."""
    kind = column.declared.type.kind
    reader = {Kind.FLAG: _truths, Kind.CHOICE: _words, Kind.TEXT: _words, Kind.DATE: _days, Kind.SET: _sets}.get(kind)
    if reader is None and kind in FIGURES:
        return _Figures(sheet, column).read()
    return reader(sheet, column) if reader is not None else Read()


def factor(sheet: Sheet, column: Column) -> float:
    """What a bare number of a column of figures is multiplied by, where nothing is wrong with its unit."""
    return measures(sheet, column).bare() or 1.0


def measures(sheet: Sheet, column: Column) -> Measures:
    """How the figures of a column are measured."""
    return Measures(column, sheet.raw.name, Holds(sheet.scale, sheet.currency, sheet.decimal, sheet.raw.semicolons))


def texts(head: str) -> pl.Expr:
    """A column as texts without blanks at their ends; what is empty is null."""
    import polars as pl

    text = pl.col(head).cast(pl.String).str.strip_chars()
    return pl.when(text == "").then(None).otherwise(text)


def days(raw: Raw, head: str) -> tuple[pl.Expr, list[Diagnostic]]:
    """A column of days; a text is one as YYYY-MM-DD."""
    import polars as pl

    dtype = raw.rows.collect_schema()[head]
    if dtype == pl.Date:
        return pl.col(head), []
    if isinstance(dtype, pl.Datetime):
        return pl.col(head).dt.date(), []
    if dtype != pl.String:
        what = f"column `{head}` holds {_type(dtype)}, and its cells should be days"
        return pl.lit(None), [make("F040", None, at=raw.name, what=what, mend="write days as YYYY-MM-DD")]
    found: dict[str, dt.date] = {}
    wrong: dict[str, Misspelled] = {}
    for text in _distinct(raw, head):
        try:
            found[text] = iso(text[:10] if text[10:].strip() in ("", "00:00:00", "T00:00:00") else text)
        except ValueError:
            wrong[text] = Misspelled(
                "it is not a day", f"write it as YYYY-MM-DD, or leave the column out: --leave-out '{head}'"
            )
    expr = texts(head).replace_strict(found, default=None, return_dtype=pl.Date)
    return expr, refused(raw, head, head, wrong)


# --- what is no figure ------------------------------------------------------------------------------------


def _truths(sheet: Sheet, column: Column) -> Read:
    import polars as pl

    head, raw = column.head, sheet.raw
    dtype = raw.rows.collect_schema()[head]
    if dtype == pl.Boolean:
        return Read({column.name: pl.col(head)})
    if dtype != pl.String:
        return Read(problems=[_of_type(raw, column, dtype, "write true or false, yes or no")])
    known = {t: _TRUTHS[t.lower()] for t in _distinct(raw, head) if t.lower() in _TRUTHS}
    blank = _nothing(_distinct(raw, head))
    wrong = {
        t: Misspelled("it is neither yes nor no", "write true or false, yes or no, or leave it empty")
        for t in _distinct(raw, head)
        if t not in known and t not in blank
    }
    expr = texts(head).replace_strict(known, default=None, return_dtype=pl.Boolean)
    return Read({column.name: expr}, refused(raw, head, sheet.names, wrong))


def _days(sheet: Sheet, column: Column) -> Read:
    expr, problems = days(sheet.raw, column.head)
    return Read({column.name: expr}, problems)


def _words(sheet: Sheet, column: Column) -> Read:
    """Words of a choice, or any texts. Words that the rules do not know are refused: to leave them out would be a guess."""
    import polars as pl

    raw, head = sheet.raw, column.head
    dtype = raw.rows.collect_schema()[head]
    if dtype.is_nested() or dtype.is_numeric() or dtype.is_temporal():
        return Read(problems=[_of_type(raw, column, dtype, "write words")])
    if column.declared.type.kind is Kind.TEXT:
        text = texts(head)
        return Read({column.name: pl.when(text.str.to_lowercase().is_in(sorted(UNKNOWN))).then(None).otherwise(text)})
    words = _distinct(raw, head)
    blank = _nothing(words)
    known, problems = _known(raw, column, [w for w in words if w not in blank])
    return Read({column.name: texts(head).replace_strict(known, default=None, return_dtype=pl.String)}, problems)


def _sets(sheet: Sheet, column: Column) -> Read:
    """Members of a set with commas between them, in brackets or not; `[]` is a set without any. Lists of Parquet are read as such."""
    import polars as pl

    raw, head = sheet.raw, column.head
    dtype, text = raw.rows.collect_schema()[head], texts(head)
    if dtype == pl.List(pl.String):
        members = pl.col(head).list.eval(pl.element().fill_null("null")).list.join(", ")
        text = pl.concat_str(pl.lit("["), members, pl.lit("]"))
    elif dtype not in (pl.String, pl.Null):
        return Read(problems=[_of_type(raw, column, dtype, "write its members with commas between them")])
    found = collected(raw.rows.select(text.alias("t").unique())).to_series().drop_nulls().to_list()
    parted = {t: _members(t) for t in sorted(found) if t.lower() not in UNKNOWN}
    known, problems = _known(raw, column, sorted({word for words in parted.values() for word in words}))
    meant = {
        t: ", ".join(sorted({known[w] for w in words if w in known}))
        for t, words in parted.items()
        if words or t[0] in "[{"
    }
    return Read({column.name: text.replace_strict(meant, default=None, return_dtype=pl.String)}, problems)


def _members(text: str) -> list[str]:
    """The members of a set as it is written."""
    inner = text[1:-1] if (text[0], text[-1]) in (("[", "]"), ("{", "}")) else text
    return [word for part in inner.split(",") if (word := part.strip().strip("'\"").strip())]


def _known(raw: Raw, column: Column, words: Sequence[str]) -> tuple[dict[str, str], list[Diagnostic]]:
    """The option of the rules that each word of a column stands for; what is wrong where one stands for none."""
    head, options = column.head, column.declared.type.options
    said = {word if word == "*" else plain_label(word): meant for word, meant in column.entry.words.items()}
    wrong = [meant for meant in said.values() if meant not in options]
    of = "holds any of" if column.declared.type.kind is Kind.SET else "is one of"
    if wrong:
        what = f"`{head}` is mapped to `{wrong[0]}`, and `{column.name}` {of} {', '.join(options)}"
        mend = did_you_mean(wrong[0], options, "write one of these words")
        return {}, [make("F040", None, at=raw.name, what=what, mend=mend)]
    known = {w: meant for w in words if (meant := _meant(w, said, options)) is not None}
    strange = [w for w in words if w not in known]
    if not strange:
        return known, []
    listed = ", ".join(f"`{w}`" for w in strange[:4]) + (f" and {len(strange) - 4} more" if len(strange) > 4 else "")
    what = f"column `{head}` holds {listed}, and `{column.name}` {of} {', '.join(options)}"
    stands = f"{{name: {column.name}, words: {{{strange[0]}: {options[0]}, '*': {options[-1]}}}}}"
    leave = f"say in a mapping what they stand for (`{head}: {stands}`), or leave the column out: --leave-out '{head}'"
    near = did_you_mean(strange[0].lower(), options)
    return known, [make("F040", None, at=raw.name, what=what, mend=f"{near} {leave}".strip())]


def _meant(word: str, said: Mapping[str, str], options: Sequence[str]) -> str | None:
    """The option that a word of a column is: by the mapping, else where it is one as it stands, else what all others are."""
    if (found := said.get(plain_label(word))) is not None:
        return found
    plain = word.strip().lower().replace(" ", "_").replace("-", "_")
    return plain if plain in options else said.get("*")


# --- figures -----------------------------------------------------------------------------------------------


class _Figures:
    def __init__(self, sheet: Sheet, column: Column) -> None:
        self.sheet, self.raw, self.column = sheet, sheet.raw, column
        self.head, self.name, self.declared = column.head, column.name, column.declared
        self.kind = self.declared.type.kind
        self.read_ = Read()
        self.measures = measures(sheet, column)

    def read(self) -> Read:
        import polars as pl

        dtype = self.raw.rows.collect_schema()[self.head]
        if dtype == pl.String:
            self._texts()
        else:
            factor = self.measures.bare()
            if dtype == pl.Null:
                self.read_.columns[self.name] = pl.lit(None, dtype=pl.Float64)
            elif dtype.is_numeric():
                if factor is not None:
                    self._numbers(pl.col(self.head).cast(pl.Float64), factor)
            else:
                self.read_.problems.append(_of_type(self.raw, self.column, dtype, "write figures"))
        self.read_.problems = [*self.measures.problems, *self.read_.problems]
        self.read_.notes = [*self.measures.notes, *self.read_.notes]
        if not self.read_.problems:
            self._admitted()
        return self.read_

    def _numbers(self, number: pl.Expr, factor: float) -> None:
        """A column that holds numbers: what is none (NaN) or without end is missing, and that is said."""
        import polars as pl

        counts = self.raw.rows.select(nan=number.is_nan().sum(), infinite=number.is_infinite().sum())
        stats = collected(counts).row(0, named=True)
        for key, word in (("nan", "NaN"), ("infinite", "infinite")):
            if stats[key]:
                count = stats[key]
                self.read_.notes.append(
                    f"`{self.head}`: {count} cell{'s are' if count > 1 else ' is'} {word}, taken as missing"
                )
        finite = pl.when(number.is_finite()).then(number).otherwise(None)
        self.read_.columns[self.name] = _times(finite, factor)

    def _texts(self) -> None:
        """A column of texts: plain digits all at once, every other text by the rules that tables of facts have."""
        import polars as pl

        sheet, text = self.sheet, texts(self.head)
        plain = text.str.contains(PLAIN)
        ambiguous = self.measures.ambiguous
        if ambiguous is not None:
            plain = plain & ~text.str.contains(ambiguous)
        rows = self.raw.rows
        strange = rows.filter(text.is_not_null() & ~plain).select(text.alias("t"))
        if self._too_many(strange):
            return
        odd = collected(strange.unique()).to_series().to_list()
        bare = not collected(rows.filter(plain).select(self.head).head(1)).is_empty()
        meant = self.measures.meant(odd, bare)
        if meant is None:
            return
        self.read_.problems += refused(self.raw, self.head, sheet.names, meant.wrong, figures=True)
        if self.read_.problems:
            return
        number = pl.when(plain).then(text.cast(pl.Float64, strict=False)).otherwise(None)
        large = collected(rows.filter(number.is_infinite()).select(texts(sheet.names).alias("n")).head(_SHOWN))[
            "n"
        ].to_list()
        if large:
            self.read_.notes.append(
                f"in doubt: `{self.head}` of {', '.join(large)} is too large for a figure; taken as missing"
            )
        number = pl.when(number.is_finite()).then(number).otherwise(None)
        self.read_.columns[self.name] = _times(number, meant.factor).fill_null(_mapped(text, meant.exact))
        for end, held in (("low", meant.low), ("high", meant.high)):
            if meant.low or meant.high:
                self.read_.columns[f"{self.name}.{end}"] = _mapped(text, held)

    def _too_many(self, strange: pl.LazyFrame) -> bool:
        """Whether more different texts are no plain digits than can be read one by one."""
        import polars as pl

        if collected(strange.select(pl.len())).item() <= MAX_ODD:
            return False
        count = collected(strange.select(pl.col("t").hash().alias("t"))).to_series().n_unique()
        if count > MAX_ODD:
            first = collected(strange.head(1)).item()
            self.measures.wrong(
                f"`{self.head}` holds {count:,} different texts that are no plain digits, such as `{first}`; {MAX_ODD:,} can be read",
                "write plain digits (1234.5), or save the table as Parquet with numbers",
            )
        return count > MAX_ODD

    # --- limits ----------------------------------------------------------------------------------------------

    def _admitted(self) -> None:
        """Figures that the rules do not admit, and counts that are not whole, are missing, and that is said with names."""
        import polars as pl

        bounds: Bounds | None = getattr(self.declared, "bounds", None)
        expr = self.read_.columns[self.name]
        if bounds is not None and bounds.currency not in (None, self.sheet.currency):
            self.read_.notes.append(
                f"`{self.head}`: its limits ({bounds.text}) are not checked, they are in {bounds.currency}"
            )
            bounds = None
        if bounds is not None:
            above = expr > bounds.low if bounds.low_open else expr >= bounds.low
            below = expr < bounds.high if bounds.high_open else expr <= bounds.high
            expr = self._without(expr, ~(above & below), f"lie outside what `{self.name}` allows ({bounds.text})")
        if self.kind is Kind.COUNT:
            expr = self._without(
                expr,
                expr != expr.round(0),
                f"are not whole, and `{self.name}` is a count: are they in thousands or millions?",
            )
        large = collected(self.raw.rows.select((expr.abs() > 1e300).any())).item()
        if large:
            expr = self._without(expr, expr.abs() > 1e300, "are too large to calculate with")
        self.read_.columns[self.name] = pl.when(expr.is_null()).then(None).otherwise(expr)

    def _without(self, expr: pl.Expr, bad: pl.Expr, why: str) -> pl.Expr:
        import polars as pl

        off = self.raw.rows.filter(bad)
        found = collected(off.select(texts(self.sheet.names).alias("n"), expr.alias("x")).head(_SHOWN))
        if found.is_empty():
            return expr
        count = collected(off.select(pl.len())).item()
        listed = ", ".join(f"{n} ({x:g})" for n, x in found.iter_rows())
        more = f" and {count - _SHOWN} more" if count > _SHOWN else ""
        self.read_.notes.append(f"in doubt: `{self.head}` of {listed}{more} {why}; taken as missing")
        return pl.when(bad).then(None).otherwise(expr)


def _times(number: pl.Expr, factor: float) -> pl.Expr:
    """A number in base units. A percent is divided by a column of 100: polars multiplies by the reciprocal of a literal, which
    is another number in its last bit."""
    if factor == 1.0:
        return number
    return number / (number * 0.0 + 100.0) if factor == 0.01 else number * factor


def _mapped(text: pl.Expr, held: Mapping[str, float]) -> pl.Expr:
    import polars as pl

    if not held:
        return pl.lit(None, dtype=pl.Float64)
    return text.replace_strict(dict(held), default=None, return_dtype=pl.Float64)


def _distinct(raw: Raw, head: str) -> list[str]:
    """Every text of a column, each once, sorted."""
    found = collected(raw.rows.select(texts(head).alias("text").unique())).to_series().to_list()
    return sorted(t for t in found if t is not None)


def _nothing(words: Iterable[str]) -> list[str]:
    """Words that say that nothing is known."""
    return [w for w in words if w.lower() in UNKNOWN]


def refused(
    raw: Raw, head: str, names: str, wrong: Mapping[str, Misspelled], figures: bool = False
) -> list[Diagnostic]:
    """Texts that cannot be read, one finding for each reason."""
    import polars as pl

    if not wrong:
        return []
    text = texts(head).alias("text")
    rows = pl.lit(1) if raw.counts is None else pl.col(raw.counts)
    at = raw.rows.with_row_index("#row").select("#row", text, texts(names).alias("of"), rows.alias("rows"))
    first = (
        at.filter(pl.col("text").is_in(sorted(wrong)))
        .group_by("text")
        .agg(pl.col("#row", "of").first(), pl.col("rows").sum())
    )
    causes: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in collected(first.sort("#row")).iter_rows(named=True):
        said = wrong[row["text"]]
        causes.setdefault((said.reason, said.mend), []).append(row)
    found = []
    for (reason, mend), rows_of in list(causes.items())[:_CAUSES]:
        given, where = _places(raw, head, rows_of)
        place = {"given": given, "where": where} if figures else {"where": f"{given} in {where}"}
        code = "F042" if figures else "F012"
        found.append(make(code, None, at=raw.name, **place, reason=reason, mend=mend))
    return found


def _places(raw: Raw, head: str, rows: Sequence[Mapping[str, Any]]) -> tuple[str, str]:
    """Texts that cannot be read for one reason, the first three of them, and where they stand: the first, and how many."""
    one = rows[0]
    more = f" and {len(rows) - _SHOWN} more" if len(rows) > _SHOWN else ""
    given = ", ".join(f"`{row['text'][:60]}`" for row in rows[:_SHOWN]) + more
    of = f"of {one['of']}" if raw.counts is not None else f"of row {one['#row'] + (raw.first or 1)} ({one['of']})"
    others = sum(row["rows"] for row in rows) - 1
    if others:
        of += f", and in {others} more row{'s' if others > 1 else ''},"
    return given, f"column `{head}` {of}"


def _of_type(raw: Raw, column: Column, dtype: Any, mend: str) -> Diagnostic:
    what = f"column `{column.head}` holds {_type(dtype)}, and `{column.name}` is {column.declared.type.single}"
    return make("F040", None, at=raw.name, what=what, mend=mend)


def _type(dtype: Any) -> str:
    if dtype.is_numeric():
        return "numbers"
    words: Sequence[tuple[str, str]] = (("Boolean", "truths"), ("Date", "days"), ("String", "texts"), ("List", "lists"),
                                        ("Struct", "structs"), ("Duration", "durations"), ("Binary", "bytes"))  # fmt: skip
    return next((word for name, word in words if str(dtype).startswith(name)), str(dtype).lower())
