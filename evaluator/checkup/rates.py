"""Rates of exchange that cannot be right: turned round, ten or a hundred times the others, two of one day, or standing still.

In: an `Audited`. Out: diagnostics. Must not know which figures they convert.
"""

from __future__ import annotations

import datetime as dt
import math
import statistics
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from dsl.text.record import record
from evaluator.checkup.audited import Audited
from evaluator.codes.messages import make
from evaluator.facts.calendar import Period
from evaluator.facts.model import Company, ExchangeRate
from evaluator.known.finding import Found

_TURNED = 0.03
"""How near to the others a rate is that was turned round, as a power of ten."""
_OFF = 0.06
"""How far it is from them as it stands: in pairs near 1 nothing shows."""
_POWER = 0.12
"""How far a rate may be from ten or a hundred times the others."""
_ONE_DAY = 0.01
"""Two rates of one day may differ by so much: a fixing and a close."""
_STILL = 5
_MOVES = 0.0003
"""A rate that moves so much from day to day, of itself, is not pegged."""
_NEAR = 2


@record
class _Rate:
    """A rate in one direction of its pair, with the day it speaks of."""

    given: ExchangeRate
    day: dt.date
    log: float


def rates(a: Audited) -> Iterator[Found]:
    """One finding for each pair of currencies and each kind of mistake."""
    pairs: dict[tuple[str, str], list[_Rate]] = defaultdict(list)
    for given in a.company.exchange_rates:
        if given.published <= a.day:
            pair = (min(given.of, given.to), max(given.of, given.to))
            log = math.log10(given.value) * (1 if given.of == pair[0] else -1)
            pairs[pair].append(_Rate(given, _day(given, a.company), log))
    for mine in pairs.values():
        mine.sort(key=lambda r: (r.day, r.given.published))
        strange = [(rate, what) for n, rate in enumerate(mine) if (what := _strange(rate, mine, n))]
        if strange:
            strange = strange if len(mine) > 2 else strange[-1:]  # of two nobody can tell which is wrong
            yield _said(a, [rate for rate, _ in strange], strange[0][1],
                        "look it up: it may be the other currency's, or a point is misplaced")  # fmt: skip
            continue
        yield from _of_one_day(a, mine)
        yield from _still(a, mine)


def _day(given: ExchangeRate, company: Company) -> dt.date:
    if given.date is not None:
        return given.date
    period = company.fiscal_year_ends.parse(given.period or "")
    return period.end if isinstance(period, Period) else given.published


def _strange(rate: _Rate, mine: Sequence[_Rate], n: int) -> str:
    """What is strange in a rate beside those next to it; '' where nothing is."""
    others = [*mine[max(0, n - _NEAR) : n], *mine[n + 1 : n + 1 + _NEAR]]
    if not others:
        return ""
    usual = statistics.median(r.log for r in others)
    off = rate.log - usual
    way = 1 if rate.given.of < rate.given.to else -1
    about = f"{10 ** (usual * way):.4g}"
    if abs(off) > _OFF and abs(rate.log + usual) <= _TURNED:
        return f"is {rate.given.value:g}, and those next to it are about {about}: it seems to be turned round"
    power = round(off)
    if power and abs(off - power) <= _POWER:
        return f"is {rate.given.value:g}, and those next to it are about {about}"
    return ""


def _of_one_day(a: Audited, mine: Sequence[_Rate]) -> Iterator[Found]:
    """Two rates of one day, or of one period, that differ by more than a fixing and a close do."""
    differ = []
    for _, together in groupby(mine, key=lambda r: (r.day, r.given.period)):
        same = list(together)
        if max(r.log for r in same) - min(r.log for r in same) > math.log10(1 + _ONE_DAY):
            differ.append(same)
    if differ:
        values = " and ".join(f"{r.given.value:g} ({r.given.source})" for r in differ[0])
        yield _said(a, [same[0] for same in differ], f"is given twice, as {values}", "leave out the one that is wrong")


def _still(a: Audited, mine: Sequence[_Rate]) -> Iterator[Found]:
    """A rate that is the same for days while it moves otherwise. Pegged ones never move."""
    days = [r for r in mine if r.given.date is not None]
    runs = [list(members) for _, members in groupby(days, key=lambda r: r.given.value)]
    moves = [abs(after[0].log - before[-1].log) for before, after in pairwise(runs)]
    longest = max(runs, key=len, default=[])
    if len(longest) >= _STILL and len(moves) >= _STILL and statistics.median(moves) > _MOVES:
        what = f"is the same on {len(longest)} days in a row, to {longest[-1].day}"
        yield _said(a, longest[:1], what, "a source that has stopped repeats its last rate: look the days up elsewhere")


def _said(a: Audited, found: Sequence[_Rate], what: str, mend: str) -> Found:
    first = found[0].given
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    said = make("F056", None, at=a.company.path, pair=f"{first.of}/{first.to}", when=first.period or first.date,
                more=more, what=what, mend=mend)  # fmt: skip
    used = any({first.of, first.to} == {rate.of, rate.to} for rate in a.seen.rates_used)
    converted = {first.of, first.to} - {a.company.currency} if used else set[str]()
    return Found(said, frozenset(f.number for f in a.seen.facts if f.currency in converted))
