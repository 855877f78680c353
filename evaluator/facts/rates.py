"""From one currency into another: which rate counts for which figure, and what is said where none is known.

In: the exchange rates known on the as-of date, the reporting currency, the calendar. Out: converted figures, and the
rates that were used. Must not know names or formulas.

- A figure without a period (a threshold, today's market value), and the figure of the period that is read: the
  latest rate known.
- A figure of an earlier period: the last rate of a day up to its end.
- Where averages of periods are known for a pair, its figures keep the rates of their time (IAS 21, 39-40; ASC
  830-30-45): what flows in a period the average of that period, what stands at its end the rate of the last day up
  to `NEAR` days before. A period whose rate is not known gives unknown: two ways of conversion in one series would
  show as growth.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from dsl.text.record import record
from evaluator.facts.calendar import Calendar, Period
from evaluator.facts.canonical import rate_said
from evaluator.facts.model import ExchangeRate
from evaluator.values.bounds import divide, multiply
from evaluator.values.step import Step, Steps
from evaluator.values.values import Causes, Figure, Single, because

NEAR = 7
"""Days: a quarter may end on a Sunday after a holiday."""


@record
class When:
    """Whose rate is meant: of the period of `months` that ends on a day; 0 months: of that day alone. `read`: whether it is
    the period that is read, which has the latest rate where no averages are known."""

    end: dt.date
    months: int
    label: str
    read: bool = False


@record
class _Pair:
    """The rates of two currencies: those of days in order, one a day, and averages by the months and the end of their
    period. Of several of one day or period the one that was published last counts."""

    days: Sequence[dt.date]
    rates: Sequence[ExchangeRate]
    averages: Mapping[tuple[int, int, int] | str, ExchangeRate]

    @staticmethod
    def of(rates: Iterable[ExchangeRate], calendar: Calendar) -> _Pair:
        dated: dict[dt.date, ExchangeRate] = {}
        averages: dict[tuple[int, int, int] | str, ExchangeRate] = {}
        for rate in rates:
            if rate.date is not None:
                dated[rate.date] = _later(dated.get(rate.date), rate)
            if rate.period is not None:
                period = calendar.parse(rate.period)
                # A period that the calendar cannot read covers nothing, but there are averages.
                key = (period.months, period.end.year, period.end.month) if isinstance(period, Period) else rate.period
                averages[key] = _later(averages.get(key), rate)
        days = sorted(dated)
        return _Pair(days, [dated[day] for day in days], averages)

    def newest(self, until: dt.date | None = None, near: int | None = None) -> ExchangeRate | None:
        """The last rate dated by a day (None: at all), and no more than so many days before it."""
        at = len(self.days) if until is None else bisect_right(self.days, until)
        if not at or (until is not None and near is not None and (until - self.days[at - 1]).days > near):
            return None
        return self.rates[at - 1]


def _later(one: ExchangeRate | None, other: ExchangeRate) -> ExchangeRate:
    return one if one is not None and one.published >= other.published else other


UsedRates = dict[ExchangeRate, None]
"""The rates by which figures were converted, in the order in which they were first asked for."""


@dataclass(frozen=True)
class Rates:
    """Exchange rates as they were known."""

    currency: str | None
    """The reporting one."""
    known: tuple[ExchangeRate, ...] = ()
    calendar: Calendar = field(default_factory=Calendar)

    @staticmethod
    def as_of(rates: Iterable[ExchangeRate], currency: str | None, calendar: Calendar, day: dt.date) -> Rates:
        """Those that had been published by a day."""
        seen = tuple(r for r in rates if r.published <= day and (r.date is None or r.date <= day))
        in_order = sorted(seen, key=rate_said)  # of two rates of one day always the same one counts
        return Rates(currency, tuple(in_order), calendar)

    def rate(self, of: str, when: When | None = None) -> ExchangeRate | Causes:
        """The rate between a currency and the reporting one that counts, or the cause why none is known."""
        pair = self._pair(of)
        name = f"{of}/{self.currency or 'reporting currency'}"
        if pair is None:
            return because(f"no exchange rate {name} is known", of, "")
        if when is None or (when.read and not (pair.averages and when.months)):
            found, missing = pair.newest(), f"no exchange rate {name} of a day is known"
        elif not pair.averages:
            found, missing = pair.newest(when.end), f"no exchange rate {name} is known for {when.end} or before"
        elif when.months:
            found = pair.averages.get((when.months, when.end.year, when.end.month))
            missing = f"no average exchange rate {name} is known for {when.label}"
        else:
            found, missing = pair.newest(when.end, NEAR), f"no exchange rate {name} is known for {when.end}"
        return found or because(missing, of, when.label if when else "")

    def _pair(self, of: str) -> _Pair | None:
        """The rates between a currency and the reporting one, put in order once: a series asks at each of its points."""
        if of not in self._pairs:
            rates = [r for r in self.known if {r.of, r.to} == {of, self.currency}]
            self._pairs[of] = _Pair.of(rates, self.calendar) if rates else None
        return self._pairs[of]

    @cached_property
    def _pairs(self) -> dict[str, _Pair | None]:
        return {}

    def step(self, of: str | None, to: str | None, used: UsedRates | None = None) -> Figure | Step:
        """How much of one currency a unit of another is worth, as a function of time: the last rate dated by a day. None is
        the reporting currency."""
        one = Figure.exact(1.0)
        parts = [self._worth(of or self.currency, used), self._worth(to or self.currency, used)]
        if not any(isinstance(part, Step) for part in parts):
            return divide(*(part if isinstance(part, Figure) else one for part in parts))
        return Step.lifted(divide, list(parts))

    def _worth(self, of: str | None, used: UsedRates | None) -> Figure | Step:
        if of is None or of == self.currency:
            return Figure.exact(1.0)
        days = sorted(
            (r for r in self.known if r.date is not None and {r.of, r.to} == {of, self.currency}),
            key=lambda r: (r.date, r.published),
        )
        name = f"{of}/{self.currency or 'reporting currency'}"
        if not days:
            return Figure.unknown(because(f"no exchange rate {name} is known", of, ""))
        before = Figure.unknown(because(f"no exchange rate {name} is known so early", of, ""))
        newest = _newest(days)
        now = Figure.exact(worth(newest, of))
        if used is not None:
            used[newest] = None
        held = Steps(((r.date.toordinal(), Figure.exact(worth(r, of))) for r in days if r.date), before)
        known = Steps(_as_published(days, of), before)
        return Step(now, held, known)

    def latest(self, of: str) -> ExchangeRate | None:
        """The newest rate of a day between a currency and the reporting one, if any is known."""
        pair = self._pair(of)
        return pair.newest() if pair is not None else None

    def convert(
        self,
        value: Figure,
        of: str | None,
        to: str | None = None,
        when: When | None = None,
        used: UsedRates | None = None,
    ) -> Figure:
        """A figure in some currency, in another; None is the reporting currency. The rates by which it is converted
        are noted in `used`.

        An average is turned round by its reciprocal: within a year's swing of 10% that is right to 0.3%.
        """
        of, to = of or self.currency, to or self.currency
        if of == to:
            return value
        for currency, inverse in ((of, False), (to, True)):
            if currency is None or currency == self.currency:
                continue
            rate = self.rate(currency, when)
            if not isinstance(rate, ExchangeRate):
                return Figure.unknown(value.causes | rate, value.facts)
            if used is not None:
                used[rate] = None
            factor = worth(rate, currency)
            value = multiply(value, Figure.exact(1.0 / factor if inverse else factor))
        return value


def worth(rate: ExchangeRate, of: str) -> float:
    """How much of the other currency of a rate one unit is worth."""
    return rate.value if rate.of == of else 1.0 / rate.value


def _as_published(days: list[ExchangeRate], of: str) -> Iterator[tuple[int, Single]]:
    """The newest rate that was known, by the day from which it was."""
    newest: ExchangeRate | None = None
    for rate in sorted(days, key=lambda r: (max(r.published, r.date or r.published), r.date or r.published)):
        if newest is None or (rate.date or dt.date.min) >= (newest.date or dt.date.min):
            newest = rate
            yield max(rate.published, rate.date or rate.published).toordinal(), Figure.exact(worth(rate, of))


def _newest(rates: list[ExchangeRate]) -> ExchangeRate:
    return max(rates, key=lambda r: (r.date or dt.date.min, r.published))
