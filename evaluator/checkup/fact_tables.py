"""A company's facts as tables: each name with its figures, and what of the inputs of rules is there.

In: the declared names, a `Company`, the as-of date. Out: parts of the output models. Must not know how they are printed.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from dsl.program.program import Input, Program
from dsl.types.units import Frequency, Kind, Type
from evaluator.checkup.applicable import asked_of
from evaluator.facts.held import names_of
from evaluator.facts.model import Company
from evaluator.known.asof import Derived, View, view
from evaluator.known.bind import Bound, BoundFact, bind
from evaluator.known.segments import base_of, inputs_of, segmented
from evaluator.schema.facts import CoverageRow, CoverageTotal, CoveredInput, ShownFact, ShownName
from evaluator.values.display import describe
from evaluator.values.series import Series
from evaluator.values.values import Figure


def shown_names(
    program: Program, company: Company, day: dt.date, wanted: str | None = None, bound: Bound | None = None
) -> list[ShownName]:
    """Each name of which something was known on a day, in the order of the facts; only one, where it is wanted. `bound`: the
    facts, where they were bound by the calendar in which the company reports now."""
    program = segmented(program, company, day)
    in_force = company.fiscal_year_ends.on(day)
    if bound is None or in_force != company.fiscal_year_ends:
        bound = bind(program, company, lambda: names_of(company.facts), in_force)
    tables = _Tables(program, view(program, bound.facts, company, day))
    return [tables.name(name) for name in tables.seen.by_name if wanted in (None, name)]


class _Tables:
    """The tables of a view. What is asked of each fact is looked up, so that a name's thousands of prices cost as much
    each as one."""

    def __init__(self, program: Program, seen: View) -> None:
        self.program, self.seen = program, seen
        self.counted = {(f.fact.name, f.placed.slot) for f in seen.facts if f.number in seen.used}
        """The intervals of which some fact counts."""
        self.restated = {x.now.number for x in seen.restated}
        self.disputed = {f.number for x in seen.disputed for f in x.facts}
        self.unreconciled = {n for x in seen.unreconciled for n in x.conflict.given.figure.facts}
        self.derived: dict[str, list[Derived]] = defaultdict(list)
        for derived in seen.derived:
            self.derived[derived.name].append(derived)

    def name(self, name: str) -> ShownName:
        """The table of one name, the earliest first."""
        declared = self.program.inputs.get(name) or self.program.metrics[name]
        rows = [(f.end, f.months, self._fact(f)) for f in self.seen.by_name[name]]
        for d in self.derived[name]:
            end = self.seen.clock.calendar.month_end(d.derivation.end)
            rows.append((end, d.derivation.end - d.derivation.start, self._derived(d, declared.type, end)))
        rows.sort(key=lambda row: (row[0], row[1], row[2].known_since))
        return ShownName(
            name=name,
            title=declared.title,
            type=str(declared.type),
            facts=[r for _, _, r in rows],
            line=_line(self.seen, name),
        )

    def _fact(self, f: BoundFact) -> ShownFact:
        fact = f.fact
        return ShownFact(
            period=f.label,
            end=f.end.isoformat(),
            value=self._value(f),
            known_since=fact.published.isoformat(),
            kind="derived" if f.carried else fact.kind.value,
            source=f"{fact.source}: {fact.value}, {f.carried}" if f.carried else fact.source,
            marks=list(self._marks(f)),
            from_fact=f.number,
            facts=[f.number],
        )

    def _value(self, f: BoundFact) -> str:
        """As the file spells it, on the basis of shares in force."""
        if f.carried:
            declared = self.program.inputs.get(f.fact.name) or self.program.metrics[f.fact.name]
            return describe(f.value, declared.type.single, f.currency or self.seen.currency)
        return _written(f)

    def _marks(self, f: BoundFact) -> Iterator[str]:
        if f.end > self.seen.clock.as_of:
            yield "ahead"
        elif f.number not in self.seen.used and (f.fact.name, f.placed.slot) in self.counted:
            yield "replaced"
        if f.number in self.restated:
            yield "restated"
        if f.carried:
            yield "split"
        if f.number in self.disputed:
            yield "disputed"
        if f.number in self.unreconciled:
            yield "unreconciled"

    def _derived(self, d: Derived, kind: Type, end: dt.date) -> ShownFact:
        numbers = sorted(d.derivation.figure.facts)
        since = max(self.seen.by_number[n].fact.published for n in numbers)
        return ShownFact(
            period=d.label,
            end=end.isoformat(),
            value=describe(d.derivation.figure, kind.single),
            known_since=since.isoformat(),
            kind="derived",
            source=d.derivation.formula
            + (f", as known before the restatement of {d.before}" if d.before is not None else ""),
            marks=["derived"],
            from_fact=None,
            facts=numbers,
        )


def _written(f: BoundFact) -> str:
    """A value as its source has it; money with the currency that was said for its whole sheet."""
    if not isinstance(f.fact.value, str):
        return ", ".join(f.fact.value)
    of_sheet = f.fact.currency is not None and f.currency == f.fact.currency and f.currency not in f.fact.value
    return f"{f.fact.value} {f.currency}" if of_sheet and f.value.known else f.fact.value


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
    programs = [segmented(program, c, day) for c in companies]
    bounds = [
        bind(p, c, lambda: _every(companies), c.fiscal_year_ends.on(day))
        for p, c in zip(programs, companies, strict=True)
    ]
    views = [view(p, b.facts, c, day) for p, b, c in zip(programs, bounds, companies, strict=True)]
    asked = program.asked_for
    judges = bool(asked & set(program.inputs))
    applies = [asked_of(p, v) | (asked if not judges else frozenset()) for p, v in zip(programs, views, strict=True)]
    given = [Counter(f.name for f in c.facts if f.published <= day) for c in companies]
    rows = [
        CoverageRow(name=i.name, title=i.title, type=str(i.type), optional=i.optional,
                    judged=base_of(i) in asked or not judges,
                    companies=[_cell(i, c, g[i.name], v, base_of(i) in asked and i.name not in here)
                               for c, g, v, here in zip(companies, given, views, applies, strict=True)])
        for i in inputs_of(program, programs)
    ]  # fmt: skip
    rows.sort(key=lambda row: (not row.judged, row.optional))
    needed = [row for row in rows if row.judged and not row.optional]
    totals = [
        CoverageTotal(ticker=c.ticker, name=c.name, files=list(c.files),
                      needed=sum(row.companies[at].state != AWAY for row in needed),
                      known=sum(row.companies[at].state == "known" for row in needed))
        for at, c in enumerate(companies)
    ]  # fmt: skip
    return totals, rows


def _every(companies: Sequence[Company]) -> set[str]:
    """Facts that these rules do not ask for are no matter here."""
    return {f.name for c in companies for f in c.facts}


AWAY = "does not apply"
"""What is asked for by nothing that applies to a company."""


def _cell(declared: Input, company: Company, given: int, seen: View, away: bool) -> CoveredInput:
    """What a company has of an input, of which `given` facts had been published. `away`: nothing that applies asks for it."""
    mine = seen.by_name.get(declared.name, ())
    firm = [f for f in mine if f.number in seen.used and _says(f)]
    newest = max(firm, key=lambda f: (f.end, f.fact.published), default=None)
    return CoveredInput(
        ticker=company.ticker,
        state=AWAY if away and not given else _state(declared, given, mine, firm, seen),
        period=newest.label if newest else None,
        end=newest.end.isoformat() if newest else None,
        known_since=newest.fact.published.isoformat() if newest else None,
        facts=given,
    )


def _says(f: BoundFact) -> bool:
    return f.value.known


def _state(declared: Input, given: int, mine: Sequence[BoundFact], firm: list[BoundFact], seen: View) -> str:
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
        yearly = declared.type.kind is Kind.MONEY and read in value.annual
        return "known" if yearly or (point is not None and point.known) else "unknown"
    return "known" if firm else "unknown"
