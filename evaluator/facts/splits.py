"""Share splits, and on which basis of shares a figure stands.

In: nothing. Out: `ShareSplit`. Must not know rules, files or filings.

A split changes the unit in which shares are counted: after 20 for 1 a year's earnings of 112.20 a share are 5.61. A figure
that was said before the split stays on the old basis, whatever it describes; one that is said from that day on is on the
new one, since companies give their earlier periods anew.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, model_validator

from dsl.types.days import iso

_TWO = re.compile(r"(\d+(?:\.\d+)?)\s?(?::|/|-for-| for )\s?(\d+(?:\.\d+)?)")
LARGEST = 100_000
"""No split gives more new shares for one old, nor fewer than one for so many."""
_SAME = Fraction(1, 200)
"""Two ratios that differ by less are one: 5.8 and 29 for 5."""


def ratio_of(text: object) -> Fraction:
    """New shares for one old: `20`, `5.8`, `3:2`, `1 for 10` (a reverse split), `3-for-2`. Raises ValueError."""
    written = str(text).strip()
    match = _TWO.fullmatch(written)
    mend = "write new shares for old ones: 20, 3:2, or 1:10 where ten became one"
    try:
        parts = [Decimal(part) for part in (match.groups() if match else (written,))]
    except InvalidOperation:
        raise ValueError(f"{written} is not the ratio of a split; {mend}") from None
    if not all(part.is_finite() and part > 0 for part in parts):
        raise ValueError(f"a split of {written} would leave no shares; {mend}")
    ratio = Fraction(parts[0]) / (Fraction(parts[1]) if match else 1)
    if ratio == 1:
        raise ValueError(f"a split of {written} changes nothing; leave it out")
    if not Fraction(1, LARGEST) <= ratio <= LARGEST:
        raise ValueError(f"a split of {written} is larger than any that there was; {mend}")
    return ratio


def _ratio(value: object) -> Fraction:
    return value if isinstance(value, Fraction) else ratio_of(value)


def _day(value: object) -> dt.date:
    try:
        return iso(str(value).strip())
    except ValueError:
        raise ValueError(f"there is no day {value}; write it as YYYY-MM-DD") from None


def _said(value: str) -> str:
    if not value.strip():
        raise ValueError("it is empty; say where the split is from")
    return value.strip()


_Day = Annotated[dt.date, BeforeValidator(_day)]


class ShareSplit(BaseModel):
    """`ratio` new shares for one old. `date` is the first day on which figures are on the new basis.

    `published`: since when it is known (that day, where nothing else is said). `after`: a day on which figures were still
    on the old basis, where the exact day of the split is not known, as from filings.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    date: _Day
    ratio: Annotated[Fraction, BeforeValidator(_ratio)]
    published: _Day
    after: _Day | None = None
    source: Annotated[str, AfterValidator(_said)]
    url: str | None = None
    note: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _known_from_its_day(cls, data: Any) -> Any:
        if isinstance(data, dict) and "published" not in data and "date" in data:
            return {**data, "published": data["date"]}
        return data

    @property
    def since(self) -> dt.date:
        """From when on it counts: never before it is known, nor before its day."""
        return max(self.date, self.published)

    @property
    def words(self) -> str:
        """`20-for-1 split of 2022-07-15`."""
        return f"{spelled(self.ratio)} split of {self.date}"

    def same_as(self, other: ShareSplit) -> bool:
        """Whether two sources speak of one split: of one ratio, at a time that both allow."""
        return self.near(other) and abs(self.ratio / other.ratio - 1) <= _SAME

    def near(self, other: ShareSplit) -> bool:
        """Whether both may be of one time."""
        return self._allows(other.date) or other._allows(self.date)

    def _allows(self, day: dt.date) -> bool:
        return day == self.date or (self.after is not None and self.after < day <= self.since)


def spelled(ratio: Fraction) -> str:
    """`20-for-1`, `1-for-10`; `5.8-for-1` where a decimal says it shorter."""
    top, bottom = ratio.numerator, ratio.denominator
    if bottom in (1, 2, 3, 4) or top in (1, 2, 3, 4):
        return f"{top}-for-{bottom}"
    decimal = float(ratio)
    return f"{decimal:g}-for-1" if Fraction(f"{decimal:g}") == ratio else f"{top}-for-{bottom}"


def written(ratio: Fraction) -> str:
    """As a facts file gives it: `20`, `5.8`, `1:10`."""
    top, bottom = ratio.numerator, ratio.denominator
    decimal = f"{float(ratio):g}"
    return decimal if Fraction(decimal) == ratio and ratio > 1 else f"{top}:{bottom}"


def each_once(splits: Iterable[ShareSplit]) -> tuple[list[ShareSplit], list[tuple[ShareSplit, ShareSplit]]]:
    """Splits in order of their days, each once however many sources give it, and pairs that contradict one another.

    Of two sources of one split the one that knows its day exactly counts.
    """
    kept: list[ShareSplit] = []
    apart: list[tuple[ShareSplit, ShareSplit]] = []
    for split in sorted(splits, key=lambda s: (s.after is not None, s.date, s.source)):
        known = next((k for k in kept if k.near(split)), None)
        if known is None:
            kept.append(split)
        elif not known.same_as(split):
            apart.append((known, split))
    return sorted(kept, key=lambda s: s.date), apart
