"""Companies with a past, drawn with hypothesis: facts that come late, are restated, expected, doubted, or never come; and rules
that judge them by kills and catalysts.

`RULES` are names over a few inputs of every rhythm; `truths()` draws conditions over them; `stories()` draws facts.
"""

from __future__ import annotations

import datetime as dt

from hypothesis import strategies as st

from dsl.text.source import SourceFile
from evaluator.facts.calendar import Calendar
from evaluator.facts.model import Company, Fact, Rank, SourceKind

NAMES = """
input growth "Growth" : percent per quarter
input equity "Equity" : money per quarter balance
input earned "Earned" : money per quarter
input eps "EPS" : money per share per year
input price "Price" : money per share per day
input share "Market share" : percent between 0% and 100%
input rival "Rival's share" : percent stale after 120 days
input signed "The contract is signed" : flag
metric pe "P/E" : multiple = price / latest(eps) meaningful when latest(eps) > 0
metric pe_year "P/E by year" : multiple = latest(price) / eps
metric roe "Return on equity" : percent = earned / equity meaningful when equity > 0
metric lead "Lead" = share - rival
metric part "Growth of the share that is left" = growth * (100% - share)
"""
"""Names of every rhythm: quarters, years, days, single values, and what is made of several of them."""

ATOMS = (
    "growth < 10%", "growth > 20% for 2 quarters", "change(growth) < 0pp", "average(growth, 3 quarters) > 15%",
    "growth - lag(growth, 1) > 5pp", "share > 30%", "share < 110%", "rival >= 40%", "lead < 0pp", "signed", "pe < 15x",
    "pe < 20x for 5 days", "pe_year > 12x", "change(pe_year) < 0x", "price < 80 CNY", "drawdown(price, 30 days) > 20%",
    "roe > 15%", "roe < 10% for 2 quarters", "equity > 0 CNY", "streak(growth > 10%) >= 2", "yoy(earned) > 10%",
    "part > 5%", "latest(growth) > 12%", "as_of > 2026-03-15", "days_between(as_of, 2026-12-31) < (if growth > 10% then 300 else 200)",
)  # fmt: skip
"""Comparisons that no later fact may turn once their figures are known, but for a newer period or a restatement."""

QUARTERS = tuple(
    dt.date(year, month, day) for year in (2025, 2026) for month, day in ((3, 31), (6, 30), (9, 30), (12, 31))
)
FIRST, LAST = dt.date(2025, 1, 6), dt.date(2027, 2, 28)
CALENDAR = Calendar(12, 31)
PLACE = SourceFile("facts.yaml", "x").span(0, 1)
_KINDS = (*[SourceKind.REPORTED] * 5, SourceKind.CLAIM, SourceKind.DERIVED)
_EXPECTED = (SourceKind.ESTIMATE, SourceKind.GUIDANCE)


def days(first: dt.date, last: dt.date) -> st.SearchStrategy[dt.date]:
    """Any day from one to another."""
    return st.integers(first.toordinal(), last.toordinal()).map(dt.date.fromordinal)


def truths(atoms: tuple[str, ...] = ATOMS, leaves: int = 3) -> st.SearchStrategy[str]:
    """Any condition over atoms: negated, joined."""
    one = st.sampled_from(atoms)
    return st.recursive(
        st.one_of(one, one, one.map(lambda a: f"not ({a})")),
        lambda inner: st.builds(lambda a, word, b: f"({a} {word} {b})", inner, st.sampled_from(["and", "or"]), inner),
        max_leaves=leaves,
    )


def _figure(name: str, exact: bool) -> st.SearchStrategy[str]:
    whole = {
        "growth": st.integers(-10, 40).map(lambda n: f"{n}%"),
        "equity": st.integers(-5, 20).map(lambda n: f"{n}bn"),
        "earned": st.integers(-3, 5).map(lambda n: f"{n}bn"),
        "eps": st.integers(-4, 12).map(str),
        "price": st.integers(40, 160).map("{} CNY".format),
        "share": st.integers(0, 100).map(lambda n: f"{n}%"),
        "rival": st.integers(0, 100).map(lambda n: f"{n}%"),
        "signed": st.sampled_from(["yes", "no"]),
        "sold": st.integers(0, 100).map(lambda n: f"{n}%"),
        "average_price": st.integers(40, 160).map("{} CNY".format),
    }[name]
    if exact:
        return whole
    if name in ("signed", "share", "sold", "average_price"):
        return st.one_of(whole, whole, whole, st.just("unknown"))
    bounded = st.builds(lambda word, figure: f"{word} {figure}", st.sampled_from(["at least", "at most"]), whole)
    return st.one_of(whole, whole, whole, whole, bounded, st.just("unknown"))


@st.composite
def facts(draw: st.DrawFn, name: str, expected: bool = False, exact: bool = False) -> Fact:
    """One fact: of a period that had ended, or of a day; `expected`: what only somebody expects, published before or after;
    `exact`: a figure, and neither a bound nor unknown."""
    period: str | None = None
    if name in ("growth", "equity", "earned", "sold"):
        end = draw(st.sampled_from(QUARTERS))
        period, slow = end.isoformat(), 150
    elif name == "eps":
        year = draw(st.sampled_from([2023, 2024, 2025]))
        end, period, slow = dt.date(year, 12, 31), f"FY{year}", 150
    else:
        end = draw(days(FIRST, dt.date(2026, 12, 31)))
        quoted = name in ("price", "average_price")
        period, slow = (end.isoformat() if quoted else None), 3 if quoted else 60
    back = slow if expected else 0
    published = end + dt.timedelta(days=draw(st.integers(0, slow + back)) - back)
    if expected:
        kind, rank = draw(
            st.sampled_from([(k, Rank.SECONDARY) for k in _EXPECTED] + [(SourceKind.REPORTED, Rank.OPINION)])
        )
        published = max(published, end) if kind is SourceKind.REPORTED else published
    else:
        kind, rank = draw(st.sampled_from(_KINDS)), draw(st.sampled_from([Rank.PRIMARY, Rank.SECONDARY]))
    value = draw(_figure(name, exact))
    return Fact(name=name, period=period, date=None if period else end, value=value, published=published, kind=kind,
                source="S", rank=rank, place=PLACE, value_place=PLACE)  # fmt: skip


NAMED = ("growth", "growth", "growth", "equity", "earned", "eps", "price", "price", "share", "rival", "signed")
ALWAYS = ("growth", "growth", "growth", "growth", "price", "price", "share", "signed")


def stories(most: int = 16, expected: bool = False, exact: bool = False) -> st.SearchStrategy[list[Fact]]:
    """Facts about the inputs, in any order; growth and prices more often than the rest. What is expected is sparse, the rest
    has some of what most rules ask for."""
    free = st.lists(st.sampled_from(NAMED).flatmap(lambda n: facts(n, expected, exact)), max_size=most)
    if expected:
        return free
    always = st.tuples(*(facts(name, exact=exact) for name in ALWAYS)).map(list)
    return st.builds(lambda a, b: a + b, always, free)


def about(story: list[Fact]) -> Company:
    """The company that facts are about."""
    return Company(name="Drawn, which does not exist", ticker="DRAWN", currency="CNY", fiscal_year_ends=CALENDAR,
                   facts=tuple(story), exchange_rates=(), path="facts.yaml")  # fmt: skip
