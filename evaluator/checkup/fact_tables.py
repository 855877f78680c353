"""A company's facts as tables: each name with its figures, and what of the inputs of rules is there.

In: the declared names, a `Company`, the as-of date. Out: parts of the output models. Must not know how they are printed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from dsl.program.program import Input, Program
from dsl.types.units import Frequency, Kind, Type
from evaluator.facts.model import Company
from evaluator.known.asof import Derived, View, view
from evaluator.known.bind import Bound, BoundFact, bind
from evaluator.schema.facts import CoverageRow, CoverageTotal, CoveredInput, ShownFact, ShownName
from evaluator.values.display import describe
from evaluator.values.series import Series
from evaluator.values.values import Figure


def shown_names(program: Program, company: Company, day: dt.date, wanted: str | None = None) -> list[ShownName]:
    """Each name of which something was known on a day, in the order of the facts; only one, where it is wanted."""
    known = {f.name for f in company.facts}
    bound = bind(program, company, lambda: known, company.fiscal_year_ends.on(day))
    seen = view(program, bound.facts, company, day)
    names = dict.fromkeys(f.fact.name for f in seen.facts)
    return [_name(program, seen, name) for name in names if wanted in (None, name)]


def _name(program: Program, seen: View, name: str) -> ShownName:
    declared = program.inputs.get(name) or program.metrics[name]
    kind = declared.type
    rows = [(f.end, f.months, _fact(seen, f)) for f in seen.facts if f.fact.name == name]
    for d in seen.derived:
        if d.name == name:
            end = seen.clock.calendar.month_end(d.derivation.end)
            rows.append((end, d.derivation.end - d.derivation.start, _derived(seen, d, kind, end)))
    rows.sort(key=lambda row: (row[0], row[1], row[2].known_since))
    return ShownName(
        name=name, title=declared.title, type=str(kind), facts=[r for _, _, r in rows], line=_line(seen, name)
    )


def _fact(seen: View, f: BoundFact) -> ShownFact:
    fact = f.fact
    return ShownFact(
        period=f.label,
        end=f.end.isoformat(),
        value=fact.value if isinstance(fact.value, str) else ", ".join(fact.value),
        known_since=fact.published.isoformat(),
        kind=fact.kind.value,
        source=fact.source,
        marks=list(_marks(seen, f)),
        from_fact=f.number,
        facts=[f.number],
    )


def _marks(seen: View, f: BoundFact) -> Iterator[str]:
    same = [o for o in seen.facts if (o.fact.name, o.placed.slot) == (f.fact.name, f.placed.slot)]
    if f.end > seen.clock.as_of:
        yield "ahead"
    elif f.number not in seen.used and any(o.number in seen.used for o in same):
        yield "replaced"
    if any(x.now.number == f.number for x in seen.restated):
        yield "restated"
    if any(f.number in {o.number for o in x.facts} for x in seen.disputed):
        yield "disputed"
    if any(f.number in x.conflict.given.figure.facts for x in seen.unreconciled):
        yield "unreconciled"


def _derived(seen: View, d: Derived, kind: Type, end: dt.date) -> ShownFact:
    numbers = sorted(d.derivation.figure.facts)
    since = max(f.fact.published for f in seen.facts if f.number in d.derivation.figure.facts)
    return ShownFact(
        period=d.label,
        end=end.isoformat(),
        value=describe(d.derivation.figure, kind.single),
        known_since=since.isoformat(),
        kind="derived",
        source=d.derivation.formula,
        marks=["derived"],
        from_fact=None,
        facts=numbers,
    )


def _line(seen: View, name: str) -> list[float | None]:
    value = seen.values.get(name)
    if not isinstance(value, Series):
        return []
    points = [value.points[o] for o in sorted(value.points)]
    return [p.middle if isinstance(p, Figure) and p.known else None for p in points]


# --- what of the inputs is there -----------------------------------------------------------------------------


def covered(
    program: Program, companies: Sequence[Company], day: dt.date
) -> tuple[list[CoverageTotal], list[CoverageRow]]:
    """For each input of the rules, those first on which an outcome rests, what each company has of it on a day."""
    bounds = [bind(program, c, lambda: _every(companies), c.fiscal_year_ends.on(day)) for c in companies]
    views = [view(program, b.facts, c, day) for b, c in zip(bounds, companies, strict=True)]
    asked = program.asked_for
    judges = bool(asked & set(program.inputs))
    rows = [
        CoverageRow(name=i.name, title=i.title, type=str(i.type), optional=i.optional,
                    judged=i.name in asked or not judges,
                    companies=[_cell(i, c, b, v) for c, b, v in zip(companies, bounds, views, strict=True)])
        for i in program.inputs.values()
    ]  # fmt: skip
    rows.sort(key=lambda row: (not row.judged, row.optional))
    needed = [row for row in rows if row.judged and not row.optional]
    totals = [
        CoverageTotal(ticker=c.ticker, name=c.name, needed=len(needed),
                      known=sum(row.companies[at].state == "known" for row in needed))
        for at, c in enumerate(companies)
    ]  # fmt: skip
    return totals, rows


def _every(companies: Sequence[Company]) -> set[str]:
    """Facts that these rules do not ask for are no matter here."""
    return {f.name for c in companies for f in c.facts}


def _cell(declared: Input, company: Company, bound: Bound, seen: View) -> CoveredInput:
    mine = [f for f in seen.facts if f.fact.name == declared.name]
    given = sum(f.name == declared.name and f.published <= seen.clock.as_of for f in company.facts)
    firm = [f for f in mine if f.number in seen.used and _says(f)]
    newest = max(firm, key=lambda f: (f.end, f.fact.published), default=None)
    return CoveredInput(
        ticker=company.ticker,
        state=_state(declared, given, mine, firm, seen),
        period=newest.label if newest else None,
        end=newest.end.isoformat() if newest else None,
        known_since=newest.fact.published.isoformat() if newest else None,
        facts=given,
    )


def _says(f: BoundFact) -> bool:
    return f.value.known


def _state(declared: Input, given: int, mine: list[BoundFact], firm: list[BoundFact], seen: View) -> str:
    if not given:
        return "missing"
    if not mine:
        return "refused"
    if declared.name in seen.stale:
        return "stale"
    value = seen.values.get(declared.name)
    if isinstance(value, Series) and value.frequency not in (Frequency.DAY, Frequency.WEEK):
        read = seen.clock.reads.get(value.frequency)
        point = value.points.get(read) if read is not None else None
        yearly = declared.type.kind is Kind.MONEY and read in {*value.annual, *value.halves}
        return "known" if yearly or (point is not None and point.known) else "unknown"
    return "known" if firm else "unknown"
