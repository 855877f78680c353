"""The facts as a report lists them: used or not, how old, what was restated, disputed or put in place of a formula.

In: an `Evaluation`. Out: parts of the result model. Must not know templates.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from functools import cached_property

from dsl.program import program as p
from dsl.types.units import ANY, Kind, Type
from evaluator.engine.evaluation import Evaluation
from evaluator.known.asof import Derived
from evaluator.known.bind import BoundFact
from evaluator.report.checks import currency_of, in_words, shown, shown_type, title
from evaluator.schema import report as r
from evaluator.values.display import describe, show
from evaluator.values.values import Figure, Single


def fact_results(evaluation: Evaluation) -> list[r.FactResult]:
    """Every fact that was known, in the order of their numbers."""
    listing = _Listing(evaluation, _underneath(evaluation))
    return [listing.fact(f) for f in evaluation.view.facts]


def one_fact(evaluation: Evaluation, number: int) -> r.FactResult:
    """One fact by its number."""
    return _Listing(evaluation, {number}).fact(evaluation.view.by_number[number])


def _underneath(evaluation: Evaluation) -> set[int]:
    """The facts under any judgement, metric or date, at the periods that are read."""
    names = [n for n in evaluation.program.order if n not in evaluation.program.inputs]
    found: set[int] = set()
    for name in names:
        found |= evaluation.of(name).facts
    return found


class _Listing:
    """Facts as a report lists them. What is the same of all facts of a name is looked up once: of prices there are thousands."""

    def __init__(self, evaluation: Evaluation, used: Collection[int]) -> None:
        self.evaluation, self.used, self.counts = evaluation, used, evaluation.view.used
        self.names: dict[str, tuple[str, Type, bool]] = {}

    @cached_property
    def taken(self) -> Collection[object]:
        """The intervals of which some fact counts."""
        return {(f.fact.name, f.placed.slot) for f in self.evaluation.view.facts if f.number in self.counts}

    def fact(self, f: BoundFact) -> r.FactResult:
        """One of them."""
        fact = f.fact
        if fact.name not in self.names:
            stale = fact.name in self.evaluation.view.stale
            self.names[fact.name] = title(self.evaluation.program, fact.name), _type(self.evaluation, fact.name), stale
        words, kind, stale = self.names[fact.name]
        read = f.number in self.used
        replaced = not read and f.number not in self.counts and (fact.name, f.placed.slot) in self.taken
        return r.FactResult(
            number=f.number,
            name=fact.name,
            title=words,
            period=f.label,
            value=_as_written(f, kind, self.evaluation.view.currency),
            kind=("derived" if f.carried else fact.kind.value),
            rank=fact.rank.value,
            source=fact.source,
            published=fact.published,
            age_days=(self.evaluation.clock.as_of - f.observed).days,
            stale=stale,
            status="used" if read else "replaced" if replaced else "not read",
            url=fact.url,
            note="; ".join(part for part in (fact.note, _basis(f)) if part) or None,
        )


def _basis(f: BoundFact) -> str:
    """What a figure that was brought to another basis of shares was, and by which splits."""
    return f"{f.fact.value} as it was published, {f.carried}" if f.carried else ""


def _as_written(f: BoundFact, kind: Type, currency: str | None) -> str:
    """The value as the file spells it, money with its currency; on the basis of shares in force."""
    code = f.currency or currency
    if f.carried:
        return describe(f.value, kind, code)
    if not isinstance(f.fact.value, str):
        return ", ".join(f.fact.value)
    money = kind.kind is Kind.MONEY and isinstance(f.value, Figure) and f.value.known
    return f"{f.fact.value} {code}" if money and code and code not in f.fact.value else f.fact.value


def _type(evaluation: Evaluation, name: str) -> Type:
    table = evaluation.program.metrics.get(name) or evaluation.program.inputs.get(name)
    if table is None:
        return ANY
    return replace(shown_type(evaluation.program, p.Ref(table.span, table.type, name)).single, currency=None)


def _currency(evaluation: Evaluation, name: str) -> str | None:
    """The one in which the facts of a name are compared with each other: all of a name are in one."""
    asked = getattr(evaluation.program.declared(name), "type", ANY).currency
    return evaluation.view.currencies.get(name) or asked or evaluation.view.currency


def restated(evaluation: Evaluation) -> list[r.ReplacedResult]:
    """Figures that a later publication replaced, and by how much."""
    found = []
    for x in evaluation.view.restated:
        kind, currency = _type(evaluation, x.name), _currency(evaluation, x.name)
        detail = (
            f"published {x.was.fact.published} ({x.was.fact.source}), then {x.now.fact.published} ({x.now.fact.source})"
        )
        found.append(
            r.ReplacedResult(
                name=x.name,
                title=title(evaluation.program, x.name),
                period=x.label,
                was=describe(x.before, kind, currency),
                now=describe(x.after, kind, currency),
                change=_change(x.before, x.after, kind, currency),
                detail=detail + (f": {x.now.fact.restates}" if x.now.fact.restates else ""),
            )
        )
    return found


def _change(a: Single, b: Single, kind: Type, currency: str | None) -> str:
    if not (isinstance(a, Figure) and isinstance(b, Figure) and a.is_exact and b.is_exact):
        return ""
    points = Type(Kind.POINTS) if kind.kind is Kind.PERCENT else kind
    relative = (
        f" ({show(b.low / a.low - 1, Type(Kind.PERCENT), signed=True)})"
        if a.low > 0 and kind.kind is Kind.MONEY
        else ""
    )
    return show(b.low - a.low, points, currency, signed=True) + relative


def disputed(evaluation: Evaluation) -> list[r.ReplacedResult]:
    """Figures of one day for one period that differ, and what was made of them."""
    found = []
    for x in evaluation.view.disputed:
        kind, currency = _type(evaluation, x.name), _currency(evaluation, x.name)
        values = [
            f"{describe(value, kind, currency)} ({f.fact.kind.value}: {f.fact.source})"
            for f, value in zip(x.facts, x.values, strict=True)
        ]
        found.append(r.ReplacedResult(name=x.name, title=title(evaluation.program, x.name), period=x.label, was="; ".join(values),
                                      now=x.used, change="", detail=f"published {x.facts[0].fact.published}"))  # fmt: skip
    return found


def derived(evaluation: Evaluation) -> list[r.ReplacedResult]:
    """Figures that no source gave, with what they are made of and since when that was known."""
    found = []
    for x in evaluation.view.derived:
        kind, currency = _type(evaluation, x.name), _currency(evaluation, x.name)
        facts = sorted(x.derivation.figure.facts)
        numbers = ", ".join(str(n) for n in facts)
        since = max(evaluation.view.by_number[n].fact.published for n in facts)
        found.append(r.ReplacedResult(name=x.name, title=title(evaluation.program, x.name), period=x.label, was="",
                                      now=describe(x.derivation.figure, kind, currency), change="",
                                      detail=f"{x.derivation.formula} (facts {numbers}), known since {since}{_as_known(x)}"))  # fmt: skip
    return found


def _as_known(x: Derived) -> str:
    """Of which vintage a derived figure is, where it is not the newest."""
    return f", as known before the restatement of {x.before}" if x.before is not None else ""


def unreconciled(evaluation: Evaluation) -> list[r.ReplacedResult]:
    """Figures that a source gave and that other figures contradict by more than rounding; the source's is used."""
    found = []
    for x in evaluation.view.unreconciled:
        kind, currency = _type(evaluation, x.name), _currency(evaluation, x.name)
        given, other = x.conflict.given, x.conflict.other
        gap = ""
        if given.figure.is_exact and other.figure.is_exact:
            gap = show(given.figure.low - other.figure.low, kind, currency, signed=True)
        found.append(r.ReplacedResult(name=x.name, title=title(evaluation.program, x.name), period=given.label,
                                      was=describe(other.figure, kind, currency), now=describe(given.figure, kind, currency),
                                      change=gap, detail=f"{other.formula} gives another figure"))  # fmt: skip
    return found


def rates_used(evaluation: Evaluation) -> list[r.RateResult]:
    """The rates by which figures were converted, the latest first."""
    found = sorted(evaluation.rates_used, key=lambda x: (x.of, x.published, str(x.date or x.period)), reverse=True)
    return [
        r.RateResult(
            text=f"1 {x.of} = {x.value:g} {x.to}",
            when=f"average of {x.period}" if x.period else str(x.date),
            kind=x.kind.value,
            source=x.source,
            published=x.published,
            note=x.note,
        )
        for x in found
    ]


def formulas_replaced(evaluation: Evaluation) -> list[r.ReplacedResult]:
    """Metrics for which a source's figure stands in place of the formula; with both where they differ."""
    found = []
    compared = {c.name: c for c in evaluation.compared}
    for name in evaluation.program.metrics:
        if name not in evaluation.given or name in evaluation.world.replaced:
            continue
        metric = evaluation.program.metrics[name]
        value, both = evaluation.of(name), compared.get(name)
        kind, currency = _type(evaluation, name), currency_of(evaluation, name)
        now = describe(both.reported, kind, currency) if both else shown(evaluation, value, kind, name=name).text
        was = describe(both.calculated, kind, currency) if both else ""
        detail = (
            f"the formula {in_words(evaluation.program, metric.value)} gives {was}: they differ by more than the tolerance"
            if both and both.differ
            else f"in place of {in_words(evaluation.program, metric.value)}"
        )
        own = evaluation.view.by_name.get(name, ())
        label = next((f.label for f in own if f.number in value.facts), "")
        found.append(
            r.ReplacedResult(name=name, title=metric.title, period=label, was=was, now=now, change="", detail=detail)
        )
    return found
