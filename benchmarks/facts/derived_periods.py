"""Derived quarters and trailing years against independently reported ones, on a company's filings.

    python -m benchmarks.facts.derived_periods CIK0001652044.json [--against googl.csv] [--list 20]

In: the path of a company-facts JSON of the SEC, which is not part of the project. Every flow in US dollars with at least
eight reported quarters and two years is read as any filing is. Then
- each reported quarter, and each reported year, is hidden in turn, and what the program derives in its place from all
  other figures is compared with it;
- each trailing year is derived twice: from year-to-date figures alone, and from single quarters and fiscal years alone;
- with `--against`, what is derived is compared with a tidy table whose figures come from elsewhere: filings hold no fourth
  quarters.

Out: how many agree within the rounding of the digits in the filings, and each that does not. "restated": a figure among
those involved was given differently by two filings, so that the others stand on the older basis.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import json
import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from dsl.check.checker import check_file
from dsl.link.load import Library
from dsl.program.program import Program
from dsl.text.source import SourceFile
from dsl.types.units import Frequency
from evaluator.facts.model import Company
from evaluator.known.asof import View, view
from evaluator.known.bind import BoundFact, bind
from evaluator.readers.load import load
from evaluator.readers.rows import Settings
from evaluator.values.series import Series
from evaluator.values.values import Figure

QUARTERS, YEARS = 8, 2


@dataclass(frozen=True)
class Compared:
    """A reported figure, what follows from the others, and how far apart rounding may bring them."""

    name: str
    label: str
    months: int
    reported: float
    derived: float | None
    formula: str
    room: float
    restated: bool

    @property
    def agrees(self) -> bool:
        """Within the rounding of every digit in it."""
        return self.derived is not None and abs(self.derived - self.reported) <= self.room * (1 + 1e-9)


def flows(path: Path) -> dict[str, str]:
    """Names and concepts of the flows that are reported by the quarter and by the year."""
    found = {}
    facts = json.loads(path.read_text(encoding="utf-8"))["facts"]["us-gaap"]
    for concept, item in sorted(facts.items()):
        spans = {(i["start"], i["end"]) for i in item.get("units", {}).get("USD", ()) if "start" in i}
        lengths = Counter(round((dt.date.fromisoformat(e) - dt.date.fromisoformat(s)).days / 91.3) for s, e in spans)
        if lengths[1] >= QUARTERS and lengths[4] >= YEARS:
            found[re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", concept).lower()] = concept
    return found


def read(path: Path) -> tuple[Program, Company]:
    """The company with every such flow, and rules that ask for them."""
    names = flows(path)
    rules = "rules flows\n" + "".join(f"input {n} : money per quarter\n" for n in names)
    rules += 'pillar p "?"\n' + "".join(f"bull b{k} on p when {n} > 0\n" for k, n in enumerate(names))
    program = check_file(SourceFile("flows.thesis", rules), Library(())).program
    assert program is not None
    with tempfile.TemporaryDirectory() as folder:
        mapping = Path(folder) / "concepts.yaml"
        entries = (f"{n}:\n  concepts: [us-gaap:{c}]\n  unit: money\n  covers: period\n" for n, c in names.items())
        mapping.write_text("".join(entries), encoding="utf-8")
        company, problems = load([path], "X", Settings(ticker="X", mapping=mapping))
    if company is None:
        raise SystemExit("\n".join(f"{p.code}: {p.message}" for p in problems if p.is_error))
    asked = tuple(f for f in company.facts if f.name in names)
    return program, company.model_copy(update={"facts": asked})


def compared(program: Program, company: Company) -> Iterator[Compared]:
    """Each reported quarter and year, hidden in turn."""
    last = max(f.published for f in company.facts)
    bound = bind(program, company)
    assert not bound.diagnostics, bound.diagnostics[0]
    by_name: dict[str, list[BoundFact]] = defaultdict(list)
    for fact in bound.facts:
        by_name[fact.fact.name].append(fact)
    for name, facts in by_name.items():
        only = program.inputs[name]
        small = Program(**{**vars_of(program), "inputs": {name: only}, "metrics": {}})
        whole = view(small, facts, company, last)
        for slot in dict.fromkeys(f.placed.slot for f in facts if f.months in (3, 12) and f.ordinal is not None):
            mine = [f for f in facts if f.placed.slot == slot]
            rest = view(small, [f for f in facts if f.placed.slot != slot], company, last)
            yield _one(name, mine, whole, rest, facts)


def vars_of(program: Program) -> dict[str, object]:
    """The fields of a program."""
    return {key: getattr(program, key) for key in Program.__dataclass_fields__}


def _one(name: str, mine: list[BoundFact], whole: View, rest: View, facts: list[BoundFact]) -> Compared:
    now = max(mine, key=lambda f: f.fact.published)
    assert isinstance(now.value, Figure)
    found, formula, numbers = _derived(rest, name, now)
    used = [f for f in rest.facts if f.number in numbers]
    slots = {now.placed.slot, *(f.placed.slot for f in used)}
    given: dict[object, set[float]] = defaultdict(set)
    for f in facts:
        if isinstance(f.value, Figure):
            given[f.placed.slot].add(f.value.low)
    room = now.rounding + sum(
        max(f.rounding for f in used if f.placed.slot == s) for s in slots if s != now.placed.slot
    )
    restated = any(len(given[s]) > 1 for s in slots)
    return Compared(name, now.label, now.months, now.value.low, found, formula, room, restated)


def _derived(rest: View, name: str, hidden: BoundFact) -> tuple[float | None, str, frozenset[int]]:
    """What follows for a hidden period: derived, or, of a year, the sum of its quarters."""
    series = rest.values.get(name)
    assert hidden.ordinal is not None
    if not isinstance(series, Series):
        return None, "", frozenset()
    table = series.points if hidden.months == 3 else series.annual
    figure = table.get(hidden.ordinal)
    formula = next((d.derivation.formula for d in rest.derived if d.derivation.figure is figure), "")
    if hidden.months == 12 and figure is None:
        parts = [series.points.get(o) for o in range(hidden.ordinal - 3, hidden.ordinal + 1)]
        if all(isinstance(p, Figure) and p.known for p in parts):
            known = [p for p in parts if isinstance(p, Figure)]
            return sum(p.low for p in known), "sum of quarters", frozenset().union(*(p.facts for p in known))
    if not isinstance(figure, Figure) or not figure.known:
        return None, "", frozenset()
    return figure.low, formula, figure.facts


def trailing(program: Program, company: Company) -> Iterator[Compared]:
    """Each trailing year within a fiscal year in two ways that share the last fiscal year alone."""
    last = max(f.published for f in company.facts)
    facts = bind(program, company).facts
    to_date = view(program, [f for f in facts if f.months != 3 or _opens(f, company)], company, last)
    quarters = view(program, [f for f in facts if f.months in (3, 12)], company, last)
    given: dict[object, set[float]] = defaultdict(set)
    for f in facts:
        if isinstance(f.value, Figure):
            given[f.fact.name, f.placed.closing, f.months].add(f.value.low)
    for name in program.inputs:
        one, other = to_date.values.get(name), quarters.values.get(name)
        if not isinstance(one, Series) or not isinstance(other, Series):
            continue
        for ordinal in sorted(set(one.points) & set(other.points)):
            if ordinal % 4 in (0, 3):  # to the end of a first quarter both ways are one
                continue
            first, second = _year(one, ordinal), _year(other, ordinal)
            if first is not None and second is not None:
                closing = company.fiscal_year_ends.closes(ordinal, Frequency.QUARTER)
                near = [v for (n, c, _), v in given.items() if n == name and closing - 21 <= c <= closing]  # type: ignore[misc]
                yield Compared(name, f"year to {company.fiscal_year_ends.end(ordinal, Frequency.QUARTER)}", 0, first, second,
                               "quarters and years", 10 * grain(facts, name), any(len(v) > 1 for v in near))  # fmt: skip


def _opens(f: BoundFact, company: Company) -> bool:
    """The first quarter of a fiscal year is year-to-date too."""
    return f.ordinal is not None and f.ordinal % 4 == 0


def _year(series: Series, ordinal: int) -> float | None:
    whole = series.annual.get(ordinal)
    if whole is not None:
        return whole.low if whole.known else None
    parts = [series.points.get(o) for o in range(ordinal - 3, ordinal + 1)]
    known = [p for p in parts if isinstance(p, Figure) and p.known]
    return sum(p.low for p in known) if len(known) == 4 else None


def grain(facts: Sequence[BoundFact], name: str) -> float:
    """Half of the unit in which every figure of a name was printed: the file does not say how they were rounded."""
    values = [round(f.value.low) for f in facts if f.fact.name == name and isinstance(f.value, Figure)]
    unit = 1
    while unit < 10**9 and all(v % (unit * 10) == 0 for v in values):
        unit *= 10
    return unit / 2


_SCALES = {"billions": 1e9, "millions": 1e6, "thousands": 1e3, "units": 1.0}
_MONTHS = {"Q": 3, "TTM": 12}


def against(path: Path, other: Path) -> Iterator[Compared]:
    """What is derived of the names that ship, compared with the figures of a tidy table for the same quarters."""
    company, problems = load([path], "X", Settings(ticker="X"))
    if company is None:
        raise SystemExit("\n".join(f"{p.code}: {p.message}" for p in problems if p.is_error))
    rows = [r for r in csv.DictReader(other.read_text(encoding="utf-8").splitlines()) if r["period_kind"] in _MONTHS]
    names = sorted({f.name for f in company.facts} & {r["metric"] for r in rows})
    rules = "rules flows\n" + "".join(f"input {n} : money per quarter\n" for n in names)
    rules += 'pillar p "?"\n' + "".join(f"bull b{k} on p when {n} > 0\n" for k, n in enumerate(names))
    program = check_file(SourceFile("flows.thesis", rules), Library(())).program
    assert program is not None
    asked = company.model_copy(update={"facts": tuple(f for f in company.facts if f.name in names)})
    seen = view(program, bind(program, asked).facts, asked, max(f.published for f in asked.facts))
    derived = {(d.name, d.derivation.start, d.derivation.end): d.derivation for d in seen.derived}
    for row in (r for r in rows if r["metric"] in names):
        end, months = dt.date.fromisoformat(row["period_end"]), _MONTHS[row["period_kind"]]
        closing = end.year * 12 + end.month
        found = derived.get((row["metric"], closing - months, closing))
        if found is not None:
            scale = _SCALES[row["unit"]]
            rounding = 0.5 * scale / 10 ** len(row["value"].partition(".")[2])
            yield Compared(row["metric"], f"{row['period_kind']} to {end}", months, float(row["value"]) * scale,
                           found.figure.low, found.formula, rounding + found.rounding, False)  # fmt: skip


def main() -> None:
    """Prints what agrees and what does not."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("path", type=Path)
    parser.add_argument("--against", type=Path, metavar="CSV", help="a tidy table with figures from elsewhere")
    parser.add_argument("--list", type=int, default=20, help="so many disagreements are listed")
    options = parser.parse_args()
    program, company = read(options.path)
    print(f"{company.name}: {len(company.facts)} facts of {len(program.inputs)} flows")
    hidden = list(compared(program, company))
    parts = {"quarters": [c for c in hidden if c.months == 3], "years": [c for c in hidden if c.months == 12]}
    parts["trailing years in two ways"] = list(trailing(program, company))
    if options.against is not None:
        parts[f"derived, and in {options.against.name}"] = list(against(options.path, options.against))
    apart: list[Compared] = []
    for word, mine in parts.items():
        known = [c for c in mine if c.derived is not None]
        not_agreed = [c for c in known if not c.agrees]
        names = Counter(c.name for c in not_agreed)
        print(f"{word}: {len(mine)}, of which {len(known)} follow from others and {len(known) - len(not_agreed)} agree; "
              f"{sum(c.restated for c in not_agreed)} of the {len(not_agreed)} others rest on a restated figure; "
              f"they are of {len(names)} names")  # fmt: skip
        apart += not_agreed
    for c in sorted(apart, key=lambda c: (c.restated, c.name, c.label))[: options.list]:
        cause = "restated" if c.restated else "no cause in the file"
        print(f"  {c.name}, {c.label}: reported {c.reported:,.0f}, {c.formula} = {c.derived:,.0f} ({cause})")


if __name__ == "__main__":
    main()
