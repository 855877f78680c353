"""Which column of a table of names is which input of the rules: by a mapping, or where it has the name or title of an input.

In: the heads of a table, a `Program`, a `Layout`. Out: `Chosen`, or what is wrong. Must not know what stands in cells.

What a column means is never taken from its figures. One that resembles an input and has neither its name nor its title is
named in what is said, and left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from dsl.program.program import Input, Metric, Program
from dsl.text.diagnostics import Diagnostic
from dsl.text.messages import did_you_mean
from dsl.text.record import record
from dsl.types.units import Frequency, Kind
from evaluator.codes.messages import make
from evaluator.readers.layouts.labels import plain_label
from evaluator.readers.layouts.mapping import Beside, Entry, Layout

NAMES = ("ticker", "symbol", "name", "id", "isin", "security", "company")
COMPANIES = ("company", "company name", "name", "security", "security name", "issuer")
GROUPS = ("sector", "gics sector", "industry", "gics sub-industry", "sub-industry")
PERIODS = ("period_end", "period end", "period", "fiscal period end", "report date")
KNOWN_HEADS = ("known", "known at", "known_at", "published", "filed", "filing date", "available", "available date")
CURRENCIES = ("currency", "reporting currency", "ccy")
_UNIT = re.compile(
    r"\s*[(\[]\s*(?:in\s+)?(?:%|x|percent|(?:[A-Z]{3}|US\$|[$€£¥])?\s*(?:thousands?|millions?|billions?|'?000s?|mm|mn|mio|bn|k|m)?)\s*[)\]]\s*$"
)
"""A unit in brackets at the end of a head."""
_LENGTHS = {"quarter": Frequency.QUARTER, "year": Frequency.YEAR, "half": Frequency.HALF, "month": Frequency.MONTH,
            "day": Frequency.DAY, "twelve months": Frequency.YEAR}  # fmt: skip


@record
class Column:
    """A column that is an input (or a metric whose figure is given), how its figures are measured, and how that is known."""

    head: str
    declared: Input | Metric
    entry: Entry
    how: str
    """`by its name`, `by its title`, `by the mapping`."""

    @property
    def name(self) -> str:
        """The input."""
        return self.declared.name


@dataclass
class Chosen:
    """What each column of a table is. Heads; None where no column is that. `unused`: the columns that nothing reads."""

    name: str
    inputs: list[Column] = field(default_factory=list)
    company: str | None = None
    group: str | None = None
    period: str | None = None
    known: str | None = None
    currency: str | None = None
    every: Frequency | None = None
    unused: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class Choosing:
    """Chooses columns, and gathers what is wrong."""

    def __init__(self, heads: Sequence[str], program: Program, layout: Layout, where: str, by: str | None) -> None:
        self.heads, self.program, self.layout, self.where, self.by = list(heads), program, layout, where, by
        self.plain: dict[str, list[str]] = {}
        for head in heads:
            self.plain.setdefault(_key(head), []).append(head)
        self.problems: list[Diagnostic] = []

    def chosen(self) -> Chosen | None:
        """What each column is; None where `problems` says what is wrong."""
        self._heads_twice()
        name = self._said(self.layout.ticker, "ticker") or self._first(NAMES)
        if name is None:
            mend = f"say which it is: `ticker: COLUMN` in the mapping, or --ticker COLUMN; the columns are {_few(self.heads)}"
            if any(not h or h.startswith("_duplicated_") for h in self.heads):
                mend = f"the first row must be the head: take out what stands above it; its first cell is `{self.heads[0]}`"
            self.wrong("no column holds the names", mend)
            return None
        found = Chosen(name)
        taken = {name}
        left_out = {_key(h) for h in self.layout.leave_out}
        passed = {name} | {h for h in self.heads if _key(h) in left_out}
        found.period = self._said(self.layout.period, "period") or self._first(PERIODS, passed)
        published = self.layout.published
        found.known = self._said(published.head if isinstance(published, Beside) else None, "published")
        found.known = found.known or self._first(KNOWN_HEADS, passed)
        money = self.layout.currency
        found.currency = self._said(money.head if isinstance(money, Beside) else None, "currency")
        found.currency = found.currency or self._first(CURRENCIES, passed)
        self._periods(found)
        for head in (found.period, found.known, found.currency):
            taken |= {head} if head is not None else set()
        found.company = self._first(COMPANIES, taken)
        found.group = self._said(self.by, "by") if self.by is not None else self._first(GROUPS, taken)
        self._inputs(found, taken)
        self._frequencies(found)
        used = taken | {c.head for c in found.inputs} | {h for h in (found.company, found.group) if h is not None}
        found.unused = [h for h in self.heads if h not in used]
        return found if not self.problems else None

    def wrong(self, what: str, mend: str) -> None:
        """Notes a mistake."""
        self.problems.append(make("F040", None, at=self.where, what=what, mend=mend))

    # --- heads ---------------------------------------------------------------------------------------------

    def _heads_twice(self) -> None:
        for same in self.plain.values():
            if len(same) > 1 and any(self._is_input(h) is not None for h in same):
                heads = " and ".join(f"`{h}`" for h in same)
                self.wrong(f"the columns {heads} have one name", "rename one of them, or take it out")

    def _said(self, head: str | None, key: str) -> str | None:
        """A column that somebody named; `A or B` where it has either."""
        if head is None:
            return None
        parts = [part.strip() for part in head.split(" or ")]
        found = next((same[0] for part in parts if (same := self.plain.get(_key(part)))), None)
        if found is None:
            mend = did_you_mean(head, self.heads, f"the columns are {_few(self.heads)}")
            self.wrong(f"there is no column `{head}`, which `{key}` names", mend)
        return found

    def _first(self, words: Iterable[str], taken: Iterable[str] = ()) -> str | None:
        left = set(taken)
        return next((h for w in words for h in self.plain.get(_key(w), ()) if h not in left), None)

    def _is_input(self, head: str) -> Input | Metric | None:
        key = _key(head)
        given: dict[str, Input | Metric] = {**self.program.metrics, **self.program.inputs}
        return given.get(key.replace(" ", "_")) or given.get(head.strip())

    # --- inputs --------------------------------------------------------------------------------------------

    def _inputs(self, found: Chosen, taken: set[str]) -> None:
        given: dict[str, Input | Metric] = {**self.program.metrics, **self.program.inputs}
        for label, entry in self.layout.names.items():
            head = self._said(label, "names")
            if head is None or entry.name is None:
                if entry.rate is not None:
                    self.wrong(
                        f"`{label}` is a rate of exchange", "a screen converts no money: take it out of the mapping"
                    )
                continue
            declared = given.get(entry.name)
            if declared is None:
                mend = did_you_mean(
                    entry.name, given, "write a name that the rules have, or take it out of the mapping"
                )
                self.wrong(f"`{label}` is mapped to `{entry.name}`, and the rules have no such input", mend)
                continue
            found.inputs.append(Column(head, declared, entry, "by the mapping"))
        mapped = {c.name for c in found.inputs}
        left_out = {_key(h) for h in self.layout.leave_out}
        titles = {_key(i.title): i for i in self.program.inputs.values()}
        self._by_heads_with_units(found, taken, left_out, mapped, titles)
        for head in self.heads:
            if head in taken or _key(head) in left_out or any(c.head == head for c in found.inputs):
                continue
            declared = self._is_input(head)
            how = "by its name"
            if declared is None and (declared := titles.get(_key(head))) is not None:
                how = "by its title"
            if declared is None:
                self._nearly(head, mapped, found)
            elif declared.name in mapped:
                found.notes.append(f"`{head}` is not read: `{declared.name}` is another column by the mapping")
            elif any(c.name == declared.name for c in found.inputs):
                self.wrong(f"two columns are `{declared.name}`", "take one out, or name the other under `leave_out`")
            else:
                entry = Entry.model_validate({"name": declared.name, "unit": _measure(declared)})
                found.inputs.append(Column(head, declared, entry.model_copy(update={"said": False}), how))
        twice = [c for n, c in enumerate(found.inputs) if any(c.name == d.name for d in found.inputs[:n])]
        for column in twice:
            self.wrong(f"two columns are `{column.name}`", "let the mapping name one of them")
        if not found.inputs and not self.problems:
            known = _few(list(self.program.inputs))
            self.wrong(
                "no column is an input of the rules",
                f"say in a mapping which column is which input (`names:`), or with --map; the inputs are {known}",
            )

    def _by_heads_with_units(
        self, found: Chosen, taken: set[str], left_out: set[str], mapped: set[str], titles: Mapping[str, Input]
    ) -> None:
        """`Revenue ($m)`: the name or the title of an input with its unit in brackets, where no column has it without one."""
        there = {i.name for h in self.heads if (i := self._is_input(h) or titles.get(_key(h))) is not None} | mapped
        for head in self.heads:
            bare = _UNIT.sub("", head)
            if bare == head or head in taken or _key(head) in left_out or any(c.head == head for c in found.inputs):
                continue
            declared = self._is_input(bare) or titles.get(_key(bare))
            if declared is None or declared.name in there or declared.type.kind is Kind.SET:
                continue
            entry = Entry.model_validate({"name": declared.name, "unit": _measure(declared)})
            how = "by its name or title, without its unit"
            found.inputs.append(Column(head, declared, entry.model_copy(update={"said": False}), how))

    def _nearly(self, head: str, mapped: set[str], found: Chosen) -> None:
        """That a head resembles an input which no column is."""
        there = {c.name for c in found.inputs} | mapped
        exact = {_key(h).replace(" ", "_") for h in self.heads}
        free = [n for n in self.program.inputs if n not in there and n not in exact]
        hint = did_you_mean(_key(head).replace(" ", "_"), free)
        if hint.startswith("did you mean"):
            found.notes.append(f'`{head}` is not read; {hint} --map says so: --map "{head}=NAME"')

    # --- periods -------------------------------------------------------------------------------------------

    def _periods(self, found: Chosen) -> None:
        if found.period is None:
            return
        each = self.layout.each
        if isinstance(each, str):
            found.every = _LENGTHS.get(each)
            if found.every is None:
                self.wrong(f"periods of `{each}` are none that a screen has", f"it is one of {', '.join(_LENGTHS)}")
            return
        asked = {i.type.series for i in self.program.inputs.values() if i.type.series is not None}
        if len(asked) == 1:
            found.every = asked.pop()
            return
        self.wrong(
            f"`{found.period}` does not say how long its periods are",
            "say `each: quarter`, `year`, `half`, `month` or `day` in the mapping, or --each",
        )

    def _frequencies(self, found: Chosen) -> None:
        """Inputs whose periods are not those of the table."""
        if found.every is None:
            return
        for column in found.inputs:
            series = column.declared.type.series
            if series in (None, Frequency.DAY, Frequency.WEEK, found.every):
                continue
            self.wrong(
                f"`{column.head}` is by {found.every.value} here, and the rules ask for `{column.name}` by {series.value}",
                "give a table with such periods, or take the column out: `leave_out`",
            )


def _measure(declared: Input | Metric) -> str:
    """How figures of an input are measured where nobody says it; of percents somebody must say it."""
    kind = declared.type.kind
    if kind is Kind.MONEY:
        return "per share" if declared.type.share else "money"
    if kind in (Kind.PERCENT, Kind.POINTS):
        return "percent"
    return "multiple" if kind is Kind.MULTIPLE else "count"


def _key(head: str) -> str:
    """A head as it is compared: `Market_Value ` is `market value`."""
    return plain_label(re.sub(r"[_\s]+", " ", head))


def _few(heads: Sequence[str]) -> str:
    return ", ".join(heads[:12]) + (", …" if len(heads) > 12 else "")
