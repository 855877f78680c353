"""The cells of a column in base units: 12% is 0.12, `1,234` in thousands is 1,234,000, `(5.2)` is −5.2, `n/a` is missing.

In: a `Raw`, a `Column`, the scale and the currency of the sheet. Out: `Read`, expressions over whole columns. Must not know rules.

Texts are read by the one way on which figures of tables become facts (`readers/numerals`), each different text once. What can
be read in two ways is refused, with its row.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dsl.program.declared import Bounds
from dsl.text.diagnostics import Diagnostic
from dsl.text.edits import did_you_mean
from dsl.types.days import iso
from dsl.types.scales import WORDS
from dsl.types.units import FIGURES, PERCENTS, Kind
from evaluator.blocks.parts import collected
from evaluator.codes.messages import make
from evaluator.facts.spelling import Amount, Misspelled, amount
from evaluator.readers.layouts.labels import plain_label
from evaluator.readers.layouts.mapping import SCALES
from evaluator.readers.numerals import UNKNOWN, Style, Unit, value
from evaluator.universe.columns import Column
from evaluator.universe.files import Raw
from evaluator.universe.heads import scale_of, speaks_of_percent

if TYPE_CHECKING:
    import polars as pl

_FACTORS = {"": 1.0, "k": 1e3, "m": 1e6, "bn": 1e9, "tn": 1e12}
_PLAIN = r"^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?$"
_GROUPS = r"^[+-]?[0-9]{1,3}(?:\.[0-9]{3})+$"
_BLANK = r"^\s*$"
_SCALED = re.compile(rf"[0-9)]\s*(?:{WORDS})\b")
"""A figure with a scale of its own: `5.2m`."""
_SHOWN = 3
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
    reader = {Kind.FLAG: _truths, Kind.CHOICE: _words, Kind.TEXT: _words, Kind.DATE: _days}.get(kind)
    if reader is None and kind in FIGURES:
        return _Figures(sheet, column).read()
    return reader(sheet, column) if reader is not None else Read()


def factor(sheet: Sheet, column: Column) -> float:
    """What a bare number of a column of figures is multiplied by, where nothing is wrong with its unit."""
    return _Figures(sheet, column).bare() or 1.0


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
    return expr, _refused(raw, head, head, wrong)


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
    return Read({column.name: expr}, _refused(raw, head, sheet.names, wrong))


def _days(sheet: Sheet, column: Column) -> Read:
    expr, problems = days(sheet.raw, column.head)
    return Read({column.name: expr}, problems)


def _words(sheet: Sheet, column: Column) -> Read:
    """Words of a choice, or any texts. Words that the rules do not know are refused: to leave them out would be a guess."""
    import polars as pl

    raw, head, options = sheet.raw, column.head, column.declared.type.options
    dtype = raw.rows.collect_schema()[head]
    if dtype.is_nested() or dtype.is_numeric() or dtype.is_temporal():
        return Read(problems=[_of_type(raw, column, dtype, "write words")])
    if column.declared.type.kind is Kind.TEXT:
        text = texts(head)
        return Read({column.name: pl.when(text.str.to_lowercase().is_in(sorted(UNKNOWN))).then(None).otherwise(text)})
    words = _distinct(raw, head)
    blank = _nothing(words)
    said = {word if word == "*" else plain_label(word): meant for word, meant in column.entry.words.items()}
    wrong = [meant for meant in said.values() if meant not in options]
    if wrong:
        what = f"`{head}` is mapped to `{wrong[0]}`, and `{column.name}` is one of {', '.join(options)}"
        mend = did_you_mean(wrong[0], options, "write one of these words")
        return Read(problems=[make("F040", None, at=raw.name, what=what, mend=mend)])
    known = {w: meant for w in words if (meant := _meant(w, said, options, w in blank)) is not None}
    strange = [w for w in words if w not in known and w not in blank]
    if strange:
        listed = ", ".join(f"`{w}`" for w in strange[:4]) + (
            f" and {len(strange) - 4} more" if len(strange) > 4 else ""
        )
        what = f"column `{head}` holds {listed}, and `{column.name}` is one of {', '.join(options)}"
        stands = f"{{name: {column.name}, words: {{{strange[0]}: {options[0]}, '*': {options[-1]}}}}}"
        leave = (
            f"say in a mapping what they stand for (`{head}: {stands}`), or leave the column out: --leave-out '{head}'"
        )
        near = did_you_mean(strange[0].lower(), options)
        return Read(problems=[make("F040", None, at=raw.name, what=what, mend=f"{near} {leave}".strip())])
    return Read({column.name: texts(head).replace_strict(known, default=None, return_dtype=pl.String)})


def _meant(word: str, said: Mapping[str, str], options: Sequence[str], blank: bool) -> str | None:
    """The option that a word of a column is: by the mapping, else where it is one as it stands, else what all others are."""
    if blank:
        return None
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

    def read(self) -> Read:
        import polars as pl

        dtype = self.raw.rows.collect_schema()[self.head]
        measure = self._measure(column_has_signs=False) if dtype != pl.String else None
        if dtype == pl.Null:
            self.read_.columns[self.name] = pl.lit(None, dtype=pl.Float64)
        elif dtype.is_numeric():
            assert measure is not None or self.read_.problems
            if not self.read_.problems:
                self._numbers(pl.col(self.head).cast(pl.Float64), measure or 1.0)
        elif dtype == pl.String:
            self._texts()
        else:
            self.read_.problems.append(_of_type(self.raw, self.column, dtype, "write figures"))
        if not self.read_.problems:
            self._admitted()
        return self.read_

    def bare(self) -> float | None:
        """What a bare number is multiplied by; None where nobody says it."""
        return self._measure(column_has_signs=False)

    # --- units ---------------------------------------------------------------------------------------------

    def _measure(self, column_has_signs: bool) -> float | None:
        """What a bare number of the column is multiplied by; None where nobody says it, and it is needed."""
        entry, kind = self.column.entry, self.kind
        if kind in PERCENTS:
            if entry.said and entry.unit in ("percent", "fraction"):
                return 0.01 if entry.unit == "percent" else 1.0
            if entry.said:
                self._wrong(
                    f"`{self.head}` is said to be in {entry.spelled}, and `{self.name}` is a percent", _OF_PERCENTS
                )
            elif speaks_of_percent(self.head):
                self.read_.notes.append(f"`{self.head}` is read in percent, as its head says")
                return 0.01
            elif not column_has_signs:
                self._wrong(
                    f"nothing says whether `{self.head}` is in percent (1.75 is 1.75%) or a fraction (0.0175 is 1.75%)",
                    f"say it in the mapping, `{self.head}: {{name: {self.name}, unit: fraction}}`, or with "
                    f'--map "{self.head}={self.name}:fraction"',
                )
            return None
        if kind is Kind.MONEY:
            return self._money()
        if kind is Kind.MULTIPLE and entry.said and entry.unit not in ("multiple", "count"):
            self._wrong(
                f"`{self.head}` is said to be in {entry.spelled}, and `{self.name}` is a multiple", "correct it"
            )
            return None
        if kind is Kind.NUMBER and entry.said and entry.unit in ("percent", "fraction"):
            return 0.01 if entry.unit == "percent" else 1.0
        return self._counted()

    def _counted(self) -> float | None:
        """What a bare count or number is multiplied by. The scale of the sheet is that of money; where nothing says another of a
        count, it is taken as it stands, and that is said."""
        entry, scale = self.column.entry, self.sheet.scale
        if self.kind is Kind.COUNT and entry.said and entry.unit in ("percent", "fraction", "multiple", "per share"):
            self._wrong(f"`{self.head}` is said to be in {entry.spelled}, and `{self.name}` is a count", "correct it")
            return None
        if self.kind is Kind.COUNT and not entry.said and scale and scale_of(self.head) is None:
            word = SCALES.get(scale, scale)
            self.read_.notes.append(
                f"in doubt: `{self.head}` is read as it stands, not in {word}: the unit of the table is that of its money; "
                f'--map "{self.head}={self.name}:{word}" says otherwise'
            )
        return self._scaled(entry.scale or (scale if entry.unit == "shares" else None))

    def _scaled(self, said: str | None) -> float | None:
        """The factor of a scale that somebody says, or the head: they may not contradict each other."""
        own = scale_of(self.head)
        if own is not None and own not in _FACTORS:
            self._wrong(f"`{self.head}` speaks of {own}", "divide the column, and rename it")
            return None
        if own is not None and said is not None and own != said:
            words = SCALES.get(own, own), SCALES.get(said, said)
            self._wrong(f"`{self.head}` speaks of {words[0]}, and the mapping of {words[1]}", "find out which is true")
            return None
        if own is not None and said is None:
            self.read_.notes.append(f"`{self.head}` is read in {SCALES.get(own, own)}, as its head says")
        return _FACTORS[said or own or ""]

    def _money(self) -> float | None:
        entry, sheet = self.column.entry, self.sheet
        if entry.said and entry.unit not in ("money", "per share"):
            self._wrong(f"`{self.head}` is said to be in {entry.spelled}, and `{self.name}` is money", "correct it")
            return None
        if entry.unit == "per share" or self.declared.type.share:
            return _FACTORS[entry.scale or ""]
        said = entry.scale if entry.scale is not None else sheet.scale
        if scale_of(self.head) is None and said is None:
            self.read_.notes.append(
                f"`{self.head}` is read in whole units of its currency: nothing says thousands or millions"
            )
        return self._scaled(said)

    def _wrong(self, what: str, mend: str) -> None:
        self.read_.problems.append(make("F040", None, at=self.raw.name, what=what, mend=mend))

    # --- numbers and texts -----------------------------------------------------------------------------------

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
        plain = text.str.contains(_PLAIN)
        if sheet.decimal == "comma" or self.raw.semicolons:
            plain = plain & ~text.str.contains(_GROUPS if sheet.decimal != "comma" else r"\.")
        rows = self.raw.rows
        strange = rows.filter(text.is_not_null() & ~plain).select(text.alias("t"))
        if self._too_many(strange):
            return
        odd = collected(strange.unique()).to_series().to_list()
        bare = not collected(rows.filter(plain).select(self.head).head(1)).is_empty()
        found = {t: self._odd(t) for t in sorted(odd)}
        signs = any(isinstance(f, Amount) and f.unit in ("percent", "pp") for f in found.values())
        factor = self._measure(column_has_signs=signs and not bare)
        if self.read_.problems:
            return
        wrong = {t: f for t, f in found.items() if isinstance(f, Misspelled)}
        exact, low, high = dict[str, float](), dict[str, float](), dict[str, float]()
        for t, f in found.items():
            if not isinstance(f, Amount):
                continue
            unit = self._of_kind(f, t)
            if isinstance(unit, Misspelled):
                wrong[t] = unit
            elif f.low == f.high:
                exact[t] = f.low * unit
            else:
                low |= {t: f.low * unit} if f.low != -float("inf") else {}
                high |= {t: f.high * unit} if f.high != float("inf") else {}
        self.read_.problems += _refused(self.raw, self.head, sheet.names, wrong, figures=True)
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
        self.read_.columns[self.name] = _times(number, factor or 1.0).fill_null(_mapped(text, exact))
        for end, held in (("low", low), ("high", high)):
            if low or high:
                self.read_.columns[f"{self.name}.{end}"] = _mapped(text, held)

    def _too_many(self, strange: pl.LazyFrame) -> bool:
        """Whether more different texts are no plain digits than can be read one by one."""
        import polars as pl

        if collected(strange.select(pl.len())).item() <= MAX_ODD:
            return False
        count = collected(strange.select(pl.col("t").hash().alias("t"))).to_series().n_unique()
        if count > MAX_ODD:
            first = collected(strange.head(1)).item()
            self._wrong(
                f"`{self.head}` holds {count:,} different texts that are no plain digits, such as `{first}`; {MAX_ODD:,} can be read",
                "write plain digits (1234.5), or save the table as Parquet with numbers",
            )
        return count > MAX_ODD

    def _odd(self, text: str) -> Amount | Misspelled | None:
        """A text that is not plain digits, its own unit counted; None where it says that nothing is known."""
        spelled = value(text, Unit(), Style(self.sheet.decimal, self.raw.semicolons))
        if isinstance(spelled, Misspelled) or spelled == "unknown":
            return spelled if isinstance(spelled, Misspelled) else None
        return amount(spelled)

    def _of_kind(self, found: Amount, text: str) -> float | Misspelled:
        """What an odd text is multiplied by; its own `k`, `m` and so on are worked in already. Misspelled where it is in another
        unit than the input."""
        own = self.sheet.currency
        if found.currency is not None and (self.kind is not Kind.MONEY or found.currency != own):
            return Misspelled(
                f"it is in {found.currency}, and the column is not", "say the currency of each name in a column"
            )
        if found.unit in ("percent", "pp"):
            return (
                1.0
                if self.kind in (*PERCENTS, Kind.NUMBER)
                else Misspelled("it is a percent, and the column is none", _UNIT)
            )
        if found.unit == "multiple":
            return 1.0 if self.kind is Kind.MULTIPLE else Misspelled("it is a multiple, and the column is none", _UNIT)
        if _SCALED.search(text):
            return (
                1.0
                if self.kind in (Kind.MONEY, Kind.COUNT, Kind.NUMBER)
                else Misspelled("it has a scale", "write it out")
            )
        factor = self._measure(column_has_signs=False)
        if factor is None:
            return Misspelled("nothing says in which unit it is", _OF_PERCENTS)
        return factor

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


_UNIT = "write it in the unit of the column"
_OF_PERCENTS = "say `unit: percent` (1.75 is 1.75%) or `unit: fraction` (0.0175 is 1.75%) in the mapping"


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


def _refused(
    raw: Raw, head: str, names: str, wrong: Mapping[str, Misspelled], figures: bool = False
) -> list[Diagnostic]:
    """Texts that cannot be read, each with its first row."""
    import polars as pl

    if not wrong:
        return []
    text = texts(head).alias("text")
    at = raw.rows.with_row_index("#row").select("#row", text, texts(names).alias("of"))
    first = (
        at.filter(pl.col("text").is_in(sorted(wrong))).group_by("text").agg(pl.all().first(), pl.len().alias("count"))
    )
    found = []
    for row in collected(first.sort("#row").head(20)).iter_rows(named=True):
        said = wrong[row["text"]]
        others = row["count"] - 1
        more = f", and in {others} more row{'s' if others > 1 else ''}," if others else ""
        where = f"column `{head}` of row {row['#row'] + (raw.first or 1)} ({row['of']}){more}"
        given = f"`{row['text'][:60]}`"
        place = {"given": given, "where": where} if figures else {"where": f"{given} in {where}"}
        code = "F042" if figures else "F012"
        found.append(make(code, None, at=raw.name, **place, reason=said.reason, mend=said.mend))
    return found


def _of_type(raw: Raw, column: Column, dtype: Any, mend: str) -> Diagnostic:
    what = f"column `{column.head}` holds {_type(dtype)}, and `{column.name}` is {column.declared.type.single}"
    return make("F040", None, at=raw.name, what=what, mend=mend)


def _type(dtype: Any) -> str:
    if dtype.is_numeric():
        return "numbers"
    words: Sequence[tuple[str, str]] = (("Boolean", "truths"), ("Date", "days"), ("String", "texts"), ("List", "lists"),
                                        ("Struct", "structs"), ("Duration", "durations"), ("Binary", "bytes"))  # fmt: skip
    return next((word for name, word in words if str(dtype).startswith(name)), str(dtype).lower())
