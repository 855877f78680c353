"""What was known on a day, from a company-facts JSON, compared with a calculation in pandas that shares no line with the readers.

    python -m benchmarks.facts.filings_by_hand companyfacts.json --split 2022-07-27:20 --days 100

In: a company's JSON, which is not part of the project, and the splits that its filings show: the day of the first filing on
the new basis, and new shares for one old. Each concept of money that is reported by the quarter and by the year, and
earnings, dividends and shares by the year, are read as any filing is, and looked at on so many days, spread evenly over
all that was filed. On each of them every figure of every period, and every growth over a year, is compared:

- money by the quarter: as last filed; a fourth quarter as the year less nine months of one vintage (both as first filed,
  or both restated or said again since);
- per share and shares: as last filed, divided or multiplied by every split since.

Out: how many figures agree, and each that does not.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from dsl.check.checker import check_file
from dsl.link.load import Library
from dsl.program.program import Program
from dsl.text.source import SourceFile
from evaluator.facts.model import Company
from evaluator.known.asof import view
from evaluator.known.bind import bind
from evaluator.readers.load import load
from evaluator.readers.rows import Settings
from evaluator.values.series import Series
from evaluator.values.values import Figure

MONEY = ("SalesRevenueNet", "Revenues", "RevenueFromContractWithCustomerExcludingAssessedTax", "NetIncomeLoss",
         "OperatingIncomeLoss", "NetCashProvidedByUsedInOperatingActivities",
         "PaymentsToAcquirePropertyPlantAndEquipment", "ResearchAndDevelopmentExpense")  # fmt: skip
PER_SHARE = ("EarningsPerShareBasic", "EarningsPerShareDiluted", "CommonStockDividendsPerShareDeclared")
SHARES = ("CommonStockSharesOutstanding", "CommonStockSharesIssued")
FORMS = (
    "10-K",
    "10-K/A",
    "10-Q",
    "10-Q/A",
    "8-K",
    "20-F",
    "20-F/A",
    "40-F",
    "40-F/A",
    "6-K",
    "6-K/A",
    "10-KT",
    "10-QT",
)


@dataclass(frozen=True)
class Splits:
    """The splits of a company, as somebody who read its filings gives them."""

    all: tuple[tuple[dt.date, float], ...]

    def since(self, filed: dt.date, day: dt.date) -> float:
        """New shares on a day for one on the basis of a filing."""
        factor = 1.0
        for when, ratio in self.all:
            factor *= ratio if filed < when <= day else 1.0
        return factor


def by_hand(frame: pd.DataFrame, day: dt.date, kind: str, splits: Splits) -> dict[dt.date, float]:
    """Figures by the last day of their period, of one concept on a day."""
    seen = frame[frame.filed <= day].sort_values(["filed", "accn"])
    if seen.empty:
        return {}
    if kind == "money":
        return _quarters(seen)
    years = seen[seen.days == 0] if kind == "shares" else seen[(seen.days >= 349) & (seen.days < 380)]
    found: dict[dt.date, float] = {}
    for end, rows in years.groupby("end"):
        last = rows.iloc[-1]
        factor = splits.since(last.filed, day)
        found[end] = last.val * factor if kind == "shares" else last.val / factor
    return found


def _quarters(seen: pd.DataFrame) -> dict[dt.date, float]:
    quarters = seen[(seen.days >= 79) & (seen.days < 101)]
    found = {end: float(rows.iloc[-1].val) for end, rows in quarters.groupby("end")}
    years, nine = (seen[(seen.days >= low) & (seen.days < high)] for low, high in ((349, 380), (254, 290)))
    for (start, end), whole in years.groupby(["start", "end"]):
        part = nine[nine.start == start]
        if end not in found and not part.empty:
            last = _of_one_vintage(whole, part)
            if last is not None:
                found[end] = last
    return found


def _of_one_vintage(whole: pd.DataFrame, part: pd.DataFrame) -> float | None:
    """The year less nine months, as of the latest day on which both were of one version."""
    for day in sorted({*whole.filed, *part.filed}, reverse=True):
        a, b = whole[whole.filed <= day], part[part.filed <= day]
        if a.empty or b.empty:
            return None
        versions = [int((rows.val != rows.val.shift()).sum()) for rows in (a, b)]
        changed = [rows[rows.val != rows.val.shift()].filed.iloc[-1] for rows in (a, b)]
        said_since = a.filed.iloc[-1] >= changed[1] and b.filed.iloc[-1] >= changed[0]
        first = versions == [1, 1]
        if first or (versions[0] == versions[1]) or said_since:
            return float(a.val.iloc[-1] - b.val.iloc[-1])
    return None


def read(path: Path) -> tuple[Program, Company, dict[str, tuple[str, str]]]:
    """The company with every such concept under a name of its own, and rules that ask for them."""
    there = json.loads(path.read_text(encoding="utf-8"))["facts"]["us-gaap"]
    kinds = {"money": MONEY, "per share": PER_SHARE, "shares": SHARES}
    types = {"money": "money per quarter", "per share": "money per share per year", "shares": "count per year balance"}
    names = {c.lower(): (c, kind) for kind, concepts in kinds.items() for c in concepts if c in there}
    rules = "rules all\n" + "".join(f"input {n} : {types[kind]}\n" for n, (_, kind) in names.items())
    rules += 'pillar p "?"\n' + "".join(f"bull b{k} on p when {n} > 0\n" for k, n in enumerate(names))
    program = check_file(SourceFile("all.thesis", rules), Library(())).program
    assert program is not None
    with tempfile.TemporaryDirectory() as folder:
        mapping = Path(folder) / "concepts.yaml"
        covers = {"money": "period", "per share": "period", "shares": "day"}
        only = {"money": "", "per share": "  only: years\n", "shares": "  only: years\n"}
        entries = (
            f"{n}:\n  concepts: [us-gaap:{c}]\n  unit: {k}\n  covers: {covers[k]}\n{only[k]}"
            for n, (c, k) in names.items()
        )
        mapping.write_text("".join(entries), encoding="utf-8")
        company, problems = load([path], "X", Settings(ticker="X", mapping=mapping))
    if company is None:
        raise SystemExit("\n".join(f"{p.code}: {p.message}" for p in problems if p.is_error))
    return program, company.model_copy(update={"facts": tuple(f for f in company.facts if f.name in names)}), names


def frames(path: Path, names: dict[str, tuple[str, str]]) -> dict[str, pd.DataFrame]:
    """Each concept as a table of everything that was ever filed of it."""
    there = json.loads(path.read_text(encoding="utf-8"))["facts"]["us-gaap"]
    found = {}
    for name, (concept, kind) in names.items():
        unit = {"money": "USD", "per share": "USD/shares", "shares": "shares"}[kind]
        frame = pd.DataFrame(there[concept]["units"][unit])
        frame = frame[frame.form.isin(FORMS)].copy()
        for column in ("end", "filed", *(["start"] if "start" in frame else [])):
            frame[column] = pd.to_datetime(frame[column]).dt.date
        frame["days"] = [0] * len(frame) if "start" not in frame else [
            (e - s).days if isinstance(s, dt.date) else 0 for s, e in zip(frame.start, frame.end, strict=True)
        ]  # fmt: skip
        found[name] = frame[frame.filed >= frame.end]
    return found


def compared(path: Path, splits: Splits, count: int) -> Iterator[tuple[dt.date, str, str, float | None, float | None]]:
    """Day, name, what, by hand, by the program: None where one of them has nothing."""
    program, company, names = read(path)
    tables = frames(path, names)
    filed = sorted({d for frame in tables.values() for d in frame.filed})
    first, last = filed[0].toordinal(), filed[-1].toordinal() + 30
    days = sorted({*(dt.date.fromordinal(first + (last - first) * n // count) for n in range(count + 1))})
    bound = bind(program, company)
    assert not bound.diagnostics, bound.diagnostics[0]
    calendar = company.fiscal_year_ends
    for day in days:
        seen = view(program, bound.facts, company, day)
        for name, (_, kind) in names.items():
            hand = by_hand(tables[name], day, kind, splits)
            series = seen.values.get(name)
            points = dict(series.points) if isinstance(series, Series) else {}
            frequency = program.inputs[name].type.series
            assert frequency is not None
            mine = {o: p.low for o, p in points.items() if isinstance(p, Figure) and p.is_exact}
            theirs = {o: v for end, v in hand.items() if (o := calendar.ordinal(end, frequency)) is not None}
            back = frequency.per_year
            for what, own, other in (("figure", mine, theirs), ("growth", _growth(mine, back), _growth(theirs, back))):
                for ordinal in sorted({*own, *other}):
                    label = f"{what} of {seen.clock.label(ordinal, frequency)}"
                    yield day, name, label, other.get(ordinal), own.get(ordinal)


def _growth(figures: dict[int, float], back: int) -> dict[int, float]:
    return {o: v / figures[o - back] - 1 for o, v in figures.items() if figures.get(o - back, 0) > 0}


def agree(one: float | None, other: float | None) -> bool:
    """Whether two are one figure, up to the arithmetic of the machine."""
    return one is not None and other is not None and abs(one - other) <= 1e-6 * max(abs(one), abs(other), 1e-3)


def main() -> None:
    """Prints what agrees and what does not."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("path", type=Path)
    parser.add_argument("--split", action="append", default=[], metavar="DAY:RATIO")
    parser.add_argument("--days", type=int, default=100)
    parser.add_argument("--list", type=int, default=40, help="so many disagreements are listed")
    options = parser.parse_args()
    parts = (text.partition(":") for text in options.split)
    splits = Splits(tuple((dt.date.fromisoformat(day), float(ratio)) for day, _, ratio in parts))
    counts: Counter[str] = Counter()
    apart = []
    for day, name, what, hand, own in compared(options.path, splits, options.days):
        word = (
            "agree"
            if agree(hand, own)
            else "by hand alone"
            if own is None
            else "derived alone"
            if hand is None
            else "differ"
        )
        counts[word] += 1
        if word in ("differ", "by hand alone"):
            apart.append((word, name, what, day, hand, own))
    print(", ".join(f"{n} {word}" for word, n in sorted(counts.items())))
    by_figure: dict[tuple[str, str, str], list[tuple[dt.date, float | None, float | None]]] = {}
    for word, name, what, day, hand, own in apart:
        by_figure.setdefault((word, name, what), []).append((day, hand, own))
    for (word, name, what), found in list(by_figure.items())[: options.list]:
        days = f"{found[0][0]} to {found[-1][0]}, {len(found)} days"
        print(f"  {word}: {name}, {what} ({days}): by hand {found[0][1]}, by the program {found[0][2]}")


if __name__ == "__main__":
    main()
