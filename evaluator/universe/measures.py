"""How the figures of a column are measured, and what its texts mean that are no plain digits: the same for every engine that reads a table.

In: a `Column`, what holds for the whole of its table, texts. Out: the factor of a bare number, `Meant`; what is wrong, what is said. Must
not know frames.

Nothing is guessed: what can be read in two ways is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from dsl.text.diagnostics import Diagnostic
from dsl.types.scales import WORDS
from dsl.types.units import PERCENTS, Kind
from evaluator.codes.messages import make
from evaluator.facts.spelling import Amount, Misspelled, amount
from evaluator.readers.layouts.mapping import SCALES
from evaluator.readers.numerals import Style, Unit, value
from evaluator.readers.tables.column_heads import scale_of, speaks_of_percent
from evaluator.universe.columns import Column

PLAIN = r"^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?$"
"""Plain digits, in the regular expressions of Python, Rust and Java alike."""
_FACTORS = {"": 1.0, "k": 1e3, "m": 1e6, "bn": 1e9, "tn": 1e12}
_GROUPS = r"^[+-]?[0-9]{1,3}(?:\.[0-9]{3})+$"
_SCALED = re.compile(rf"[0-9)]\s*(?:{WORDS})\b")
"""A figure with a scale of its own: `5.2m`."""


@dataclass(frozen=True)
class Holds:
    """What holds for all figures of a table: the scale and the currency of its money, how decimals are written, whether semicolons part
    its columns."""

    scale: str | None = None
    currency: str | None = None
    decimal: str | None = None
    semicolons: bool = False


@dataclass(frozen=True)
class Meant:
    """A column of texts: what a bare number is multiplied by, and each other text in base units: exact, or a bound below and one above.
    `wrong`: those that cannot be read."""

    factor: float
    exact: Mapping[str, float]
    low: Mapping[str, float]
    high: Mapping[str, float]
    wrong: Mapping[str, Misspelled]


@dataclass
class Measures:
    """How the figures of a column are measured."""

    column: Column
    source: str
    holds: Holds
    problems: list[Diagnostic] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.head, self.name, self.declared = self.column.head, self.column.name, self.column.declared
        self.kind = self.declared.type.kind

    @property
    def ambiguous(self) -> str | None:
        """Plain digits that may mean another figure in this table; None where none may."""
        if self.holds.decimal == "comma":
            return r"\."
        return _GROUPS if self.holds.semicolons else None

    def bare(self) -> float | None:
        """What a bare number is multiplied by; None where nobody says it."""
        return self._measure(column_has_signs=False)

    def meant(self, odd: Iterable[str], bare: bool) -> Meant | None:
        """A column of texts. `odd`: each different one that is no plain digits; `bare`: whether there are plain digits. None where
        `problems` says why no text of it can be read."""
        found = {t: self._odd(t) for t in sorted(odd)}
        signs = any(isinstance(f, Amount) and f.unit in ("percent", "pp") for f in found.values())
        factor = self._measure(column_has_signs=signs and not bare)
        if self.problems:
            return None
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
        return Meant(factor or 1.0, exact, low, high, wrong)

    # --- units ---------------------------------------------------------------------------------------------

    def _measure(self, column_has_signs: bool) -> float | None:
        """What a bare number of the column is multiplied by; None where nobody says it, and it is needed."""
        entry, kind = self.column.entry, self.kind
        if kind in PERCENTS:
            if entry.said and entry.unit in ("percent", "fraction"):
                return 0.01 if entry.unit == "percent" else 1.0
            if entry.said:
                self.wrong(
                    f"`{self.head}` is said to be in {entry.spelled}, and `{self.name}` is a percent", _OF_PERCENTS
                )
            elif speaks_of_percent(self.head):
                self.notes.append(f"`{self.head}` is read in percent, as its head says")
                return 0.01
            elif not column_has_signs:
                self.wrong(
                    f"nothing says whether `{self.head}` is in percent (1.75 is 1.75%) or a fraction (0.0175 is 1.75%)",
                    f"say it in the mapping, `{self.head}: {{name: {self.name}, unit: fraction}}`, or with "
                    f'--map "{self.head}={self.name}:fraction"',
                )
            return None
        if kind is Kind.MONEY:
            return self._money()
        if kind is Kind.MULTIPLE and entry.said and entry.unit not in ("multiple", "count"):
            self.wrong(f"`{self.head}` is said to be in {entry.spelled}, and `{self.name}` is a multiple", "correct it")
            return None
        if kind is Kind.NUMBER and entry.said and entry.unit in ("percent", "fraction"):
            return 0.01 if entry.unit == "percent" else 1.0
        return self._counted()

    def _counted(self) -> float | None:
        """What a bare count or number is multiplied by. The scale of the sheet is that of money; where nothing says another of a
        count, it is taken as it stands, and that is said."""
        entry, scale = self.column.entry, self.holds.scale
        if self.kind is Kind.COUNT and entry.said and entry.unit in ("percent", "fraction", "multiple", "per share"):
            self.wrong(f"`{self.head}` is said to be in {entry.spelled}, and `{self.name}` is a count", "correct it")
            return None
        if self.kind is Kind.COUNT and not entry.said and scale and scale_of(self.head) is None:
            word = SCALES.get(scale, scale)
            self.notes.append(
                f"in doubt: `{self.head}` is read as it stands, not in {word}: the unit of the table is that of its money; "
                f'--map "{self.head}={self.name}:{word}" says otherwise'
            )
        return self._scaled(entry.scale or (scale if entry.unit == "shares" else None))

    def _scaled(self, said: str | None) -> float | None:
        """The factor of a scale that somebody says, or the head: they may not contradict each other."""
        own = scale_of(self.head)
        if own is not None and own not in _FACTORS:
            self.wrong(f"`{self.head}` speaks of {own}", "divide the column, and rename it")
            return None
        if own is not None and said is not None and own != said:
            words = SCALES.get(own, own), SCALES.get(said, said)
            self.wrong(f"`{self.head}` speaks of {words[0]}, and the mapping of {words[1]}", "find out which is true")
            return None
        if own is not None and said is None:
            self.notes.append(f"`{self.head}` is read in {SCALES.get(own, own)}, as its head says")
        return _FACTORS[said or own or ""]

    def _money(self) -> float | None:
        entry, holds = self.column.entry, self.holds
        if entry.said and entry.unit not in ("money", "per share"):
            self.wrong(f"`{self.head}` is said to be in {entry.spelled}, and `{self.name}` is money", "correct it")
            return None
        if entry.unit == "per share" or self.declared.type.share:
            return _FACTORS[entry.scale or ""]
        said = entry.scale if entry.scale is not None else holds.scale
        if scale_of(self.head) is None and said is None:
            self.notes.append(
                f"`{self.head}` is read in whole units of its currency: nothing says thousands or millions"
            )
        return self._scaled(said)

    def wrong(self, what: str, mend: str) -> None:
        """Why no figure of the column can be read, and what to do."""
        self.problems.append(make("F040", None, at=self.source, what=what, mend=mend))

    # --- texts ------------------------------------------------------------

    def _odd(self, text: str) -> Amount | Misspelled | None:
        """A text that is not plain digits, its own unit counted; None where it says that nothing is known."""
        spelled = value(text, Unit(), Style(self.holds.decimal, self.holds.semicolons))
        if isinstance(spelled, Misspelled) or spelled == "unknown":
            return spelled if isinstance(spelled, Misspelled) else None
        return amount(spelled)

    def _of_kind(self, found: Amount, text: str) -> float | Misspelled:
        """What an odd text is multiplied by; its own `k`, `m` and so on are worked in already. Misspelled where it is in another
        unit than the input."""
        own = self.holds.currency
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


_UNIT = "write it in the unit of the column"
_OF_PERCENTS = "say `unit: percent` (1.75 is 1.75%) or `unit: fraction` (0.0175 is 1.75%) in the mapping"
