"""Clean histories of invented companies, and one slip of each kind planted in them: what `thesis facts check` must find."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from dsl.text.source import SourceFile
from evaluator.facts.model import Company
from evaluator.readers.load import read_company

RULES = """
input revenue "Revenue" : money per quarter
input cost_of_revenue "Cost of revenue" : money per quarter
input capex "Capital expenditure" : money per quarter
input net_income "Net income" : money per quarter
input operating_cash "Operating cash flow" : money per quarter
input margin "Gross margin" : percent per quarter
input subscribers "Subscribers" : count per quarter balance
input eps "Earnings per share" : money per share per year
input earnings "Earnings" : money per year
input shares "Shares outstanding" : count per year balance
input total_assets "Total assets" : money per quarter balance
input total_liabilities "Total liabilities" : money per quarter balance
input equity "Equity" : money per quarter balance
input current_assets "Current assets" : money per quarter balance
input cash "Cash" : money per quarter balance
input price "Share price" : money per share per day
kill k when revenue < 0 or cost_of_revenue < 0 or capex < 0 or net_income < 0 or operating_cash < 0 or margin < 0%
  or subscribers < 0 or latest(eps) < 0 or latest(earnings) < 0 or latest(shares) < 0 or total_assets < 0
  or total_liabilities < 0 or equity < 0 or current_assets < 0 or cash < 0 or price < 0
"""
YEARS = range(2019, 2026)
DAY = dt.date(2026, 3, 2)


@dataclass(frozen=True)
class Entry:
    """A fact to be written: `value` in base units, `form` how it is spelled."""

    name: str
    period: str
    end: dt.date
    value: float
    published: dt.date
    form: str = "m"
    source: str = "Results"

    def line(self) -> str:
        """It as YAML."""
        key = "date" if self.form == "price" else "period"
        return (f"    - {{{key}: {self.period}, value: {spelled(self.value, self.form)}, published: {self.published}, "
                f'kind: reported, source: "{self.source}"}}\n')  # fmt: skip


def spelled(value: float, form: str) -> str:
    """A figure as people write it: in millions, as a percent, to the cent."""
    if form == "%":
        return f"{value * 100:.6g}%"
    if form in ("price", "eps"):
        return f"{value:.4f}".rstrip("0").rstrip(".")
    if abs(value) >= 1e6:
        return f"{value / 1e6:.6g}m" if "e" not in f"{value / 1e6:.6g}" else f"{value / 1e6:.0f}m"
    return f"{value:.0f}" if form == "count" else f"{value:.6f}".rstrip("0").rstrip(".")


History = list[Entry]


def history(seed: int) -> History:
    """A clean history: seven years by quarter, yearly earnings per share, half a year of daily prices."""
    r = random.Random(seed)
    size, growth = 10 ** r.uniform(8, 10.5), r.uniform(-0.01, 0.06)
    season = [1, 1 + r.uniform(-0.1, 0.1), 1 + r.uniform(-0.1, 0.1), 1 + r.uniform(0, 0.35)]
    parts = {"cost_of_revenue": r.uniform(0.4, 0.7), "capex": r.uniform(0.05, 0.2), "net_income": r.uniform(0.08, 0.2),
             "operating_cash": r.uniform(0.12, 0.3)}  # fmt: skip
    made: History = []
    shares, assets = size / r.uniform(5, 40), size * r.uniform(4, 8)
    subscribers = size / r.uniform(20, 90)
    for year in YEARS:
        totals: dict[str, float] = {}
        for q in range(4):
            n = (year - YEARS[0]) * 4 + q
            end = dt.date(year + (q == 3), (3 * q + 4) % 12 or 12, 1) - dt.timedelta(days=1)
            known = end + dt.timedelta(days=r.randint(22, 48))
            revenue = size * (1 + growth) ** n * season[q] * r.uniform(0.97, 1.03)
            flows = {"revenue": revenue} | {
                name: revenue * part * r.uniform(0.88, 1.12) for name, part in parts.items()
            }
            for name, value in flows.items():
                value = round(value, -5)
                totals[name] = totals.get(name, 0.0) + value
                made.append(Entry(name, end.isoformat(), end, value, known))
            made.append(Entry("margin", end.isoformat(), end, round(1 - parts["cost_of_revenue"] + r.uniform(-0.02, 0.02), 4),
                              known, "%"))  # fmt: skip
            made.append(
                Entry(
                    "subscribers", end.isoformat(), end, round(subscribers * (1 + growth / 2) ** n, -3), known, "count"
                )
            )
            total = round(assets * (1 + growth / 2) ** n * r.uniform(0.98, 1.02), -5)
            owed = round(total * r.uniform(0.52, 0.58), -5)
            balance = {
                "total_assets": total,
                "total_liabilities": owed,
                "equity": total - owed,
                "current_assets": round(total * r.uniform(0.38, 0.42), -5),
                "cash": round(total * r.uniform(0.12, 0.16), -5),
            }
            made += [Entry(name, end.isoformat(), end, value, known) for name, value in balance.items()]
        end = dt.date(year, 12, 31)
        known = end + dt.timedelta(days=r.randint(40, 60))
        made += [Entry(name, f"FY{year}", end, value, known) for name, value in totals.items() if r.random() < 0.8]
        count = round(shares * (1 + r.uniform(-0.02, 0.01)) ** (year - YEARS[0]), -4)
        made.append(Entry("shares", f"FY{year}", end, count, known, "count"))
        made.append(Entry("earnings", f"FY{year}", end, totals["net_income"], known))
        made.append(Entry("eps", f"FY{year}", end, round(totals["net_income"] / count, 3), known, "eps"))
    price = r.uniform(20, 400)
    day = DAY - dt.timedelta(days=181)
    while day < DAY:
        if day.weekday() < 5:
            price *= 1 + r.gauss(0, 0.018)
            made.append(Entry("price", day.isoformat(), day, round(price, 2), day, "price"))
        day += dt.timedelta(days=1)
    return made


def company(made: History) -> Company:
    """The company that a history makes."""
    text = "name: Invented\nticker: INV\ncurrency: USD\nfiscal_year_ends: 12-31\nfacts:\n"
    for name in dict.fromkeys(e.name for e in made):
        text += f"  {name}:\n" + "".join(e.line() for e in made if e.name == name)
    found, problems = read_company(SourceFile("INV.yaml", text))
    assert found is not None, problems
    return found


# --- slips -----------------------------------------------------------------------------------------------------

STEADY = (
    "revenue",
    "cost_of_revenue",
    "capex",
    "subscribers",
    "total_assets",
    "cash",
    "operating_cash",
    "net_income",
    "margin",
)
NEVER_NOTHING = ("revenue", "cost_of_revenue", "capex", "subscribers", "total_assets")
Change = Callable[[Entry], Entry]


def _line(made: History, name: str, yearly: bool = False) -> list[int]:
    """The places of a name's figures, the earliest first."""
    found = [n for n, e in enumerate(made) if e.name == name and e.period.startswith("FY") == yearly]
    return sorted(found, key=lambda n: made[n].end)


def _changed(made: History, places: list[int], change: Change) -> History:
    return [change(e) if n in places else e for n, e in enumerate(made)]


def _times(factor: float) -> Change:
    return lambda e: replace(e, value=e.value * factor)


def _power(made: History, r: random.Random, power: int, count: int = 1, lasting: bool = False) -> History:
    names = [n for n in STEADY if n != "margin" or abs(power) <= 2]
    places = _line(made, r.choice(names))
    at = r.randint(2, len(places) - 3) if not lasting else r.randint(4, len(places) - 5)
    return _changed(made, places[at:] if lasting else places[at : at + count], _times(10.0**power))


def _split(made: History, r: random.Random, names: tuple[str, ...]) -> History:
    ratio = r.choice([2, 3, 4, 5, 7, 20])
    for name in names:
        places = _line(made, name, yearly=name != "price")
        at = len(places) // 2
        made = _changed(made, places[at:], _times(ratio if name == "shares" else 1 / ratio))
    return made


def _cost(made: History, r: random.Random, whole: bool) -> History:
    places = _line(made, r.choice(["capex", "cost_of_revenue"]))
    return _changed(made, places if whole else [r.choice(places)], _times(-1))


def _sums(made: History, r: random.Random) -> History:
    places = [
        n for n, e in enumerate(made) if e.period.startswith("FY") and e.name in ("revenue", "capex", "net_income")
    ]
    return _changed(made, [r.choice(places)], _times(r.choice([0.93, 1.08])))


def _twice(made: History, r: random.Random) -> History:
    at = r.randrange(len(made))
    return [*made, made[at]]


def _still(made: History, r: random.Random) -> History:
    places = _line(made, "price")
    at = r.randint(5, len(places) - 20)
    value = made[places[at]].value
    return _changed(made, places[at : at + r.randint(6, 12)], lambda e: replace(e, value=value))


def _late(made: History, r: random.Random) -> History:
    places = _line(made, r.choice(["revenue", "capex", "total_assets"]))
    at = places[r.randint(4, len(places) - 6)]
    return _changed(made, [at], lambda e: replace(e, published=e.published + dt.timedelta(days=365)))


def _pence(made: History, r: random.Random, count: int) -> History:
    places = _line(made, "price")
    at = r.randint(5, len(places) - 30)
    return _changed(made, places[at : at + count], _times(r.choice([100, 0.01])))


def _quarter_of(made: History, r: random.Random, name: str, factor: float) -> History:
    return _changed(made, [r.choice(_line(made, name))], _times(factor))


def _year_as_quarter(made: History, r: random.Random) -> History:
    """A year's figure under the day of its last quarter."""
    places = _line(made, r.choice(["revenue", "capex", "cost_of_revenue"]))
    year = r.randrange(len(places) // 4)
    total = sum(made[n].value for n in places[4 * year : 4 * year + 4])
    made = [e for e in made if not (e.name == made[places[0]].name and e.period == f"FY{YEARS[year]}")]
    return [
        replace(e, value=total) if e.name == made[places[0]].name and e.period == f"{YEARS[year]}-12-31" else e
        for e in made
    ]


def _to_date(made: History, r: random.Random, years: int) -> History:
    """Columns of the year to date, read as quarters, in the last so many years; there are no others."""
    name = r.choice(["revenue", "capex", "operating_cash"])
    kept = [e for e in made if e.name != name or (e.end.year > YEARS[-1] - years and not e.period.startswith("FY"))]
    places = _line(kept, name)
    sums = {n: sum(kept[m].value for m in places if kept[m].end.year == kept[n].end.year and m <= n) for n in places}
    return [replace(e, value=sums[n]) if n in sums else e for n, e in enumerate(kept)]


def _copied(made: History, r: random.Random) -> History:
    """A column that is the one before."""
    end = made[r.choice(_line(made, "revenue")[4:-4])].end
    before = max(e.end for e in made if e.name == "revenue" and e.end < end)
    old = {e.name: e.value for e in made if e.end == before and not e.period.startswith("FY") and e.form != "price"}
    kept = [e for e in made if e.period != f"FY{end.year}"]
    return [replace(e, value=old[e.name]) if e.end == end and e.name in old else e for e in kept]


def _now_and_then(made: History, r: random.Random) -> History:
    places = _line(made, "capex")
    return _changed(made, r.sample(places[2:], 6), _times(-1))


SLIPS: dict[str, Callable[[History, random.Random], History]] = {
    **{f"10 to the {k}": lambda made, r, k=k: _power(made, r, k) for k in (*range(1, 10), *range(-9, 0))},  # type: ignore[misc]
    **{f"two in a row, 10 to the {k}": lambda made, r, k=k: _power(made, r, k, 2) for k in (1, 2, 3, 6, -1, -3)},  # type: ignore[misc]
    **{f"lasting, 10 to the {k}": lambda made, r, k=k: _power(made, r, k, lasting=True) for k in (1, 3, 6, -2, -3)},  # type: ignore[misc]
    "pence, a day": lambda made, r: _pence(made, r, 1),
    "pence, a week": lambda made, r: _pence(made, r, 5),
    "pence from a day on": lambda made, r: _pence(made, r, 1000),
    "a split in shares": lambda made, r: _split(made, r, ("shares",)),
    "a split in earnings per share": lambda made, r: _split(made, r, ("eps",)),
    "a split in both": lambda made, r: _split(made, r, ("shares", "eps")),
    "a split in the price": lambda made, r: _split(made, r, ("price",)),
    "a cost with a minus": lambda made, r: _cost(made, r, whole=False),
    "a column of costs with a minus": lambda made, r: _cost(made, r, whole=True),
    "revenue with a minus": lambda made, r: _quarter_of(made, r, "revenue", -1),
    "a year that is not its quarters": _sums,
    "a 0 for what is not known": lambda made, r: _quarter_of(made, r, r.choice(NEVER_NOTHING), 0.0),
    "a row twice": _twice,
    "a price that stands still": _still,
    "known a year late": _late,
    "assets that are not liabilities and equity": lambda made, r: _quarter_of(made, r, "total_assets", r.choice([0.88, 1.15])),
    "cash above all assets": lambda made, r: _quarter_of(made, r, "cash", 9.0),
    "current assets above all": lambda made, r: _quarter_of(made, r, "current_assets", 3.0),
    "a year under the day of its last quarter": _year_as_quarter,
    "columns of the year to date": lambda made, r: _to_date(made, r, 4),
    "columns of the year to date, one year": lambda made, r: _to_date(made, r, 1),
    "a column twice": _copied,
    "a cost with a minus now and then": _now_and_then,
    "equity without a fifth of the assets": lambda made, r: _changed(made, _line(made, "equity"), _times(0.5)),
    "net income in other units throughout": lambda made, r: _changed(
        made, [*_line(made, "net_income"), *_line(made, "net_income", yearly=True)], _times(1000)),
    "earnings per receipt": lambda made, r: _changed(made, _line(made, "eps", yearly=True), _times(8.0)),
}  # fmt: skip
"""Each kind of slip: a clean history and its chance -> the history with one slip in it."""
