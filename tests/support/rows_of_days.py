"""Rules that ask for time in all ways that there are, and companies whose facts come late, twice, in gaps and of days to come.

`rules_of_days()` yields texts of rules that check; `companies_of_days()` companies with facts about all that they ask for.
"""

from __future__ import annotations

import datetime as dt

from hypothesis import strategies as st

from dsl.program.program import Program
from evaluator.facts.calendar import Calendar, calendar_of
from evaluator.facts.model import Company, Fact, Reports, SourceKind
from evaluator.facts.splits import ShareSplit
from tests.support.fact_strategies import facts, one_fact, rates

BEGIN, END = dt.date(2024, 12, 1), dt.date(2025, 6, 30)
DAY = dt.timedelta(days=1)

_INPUTS = """rules days
  since 2024-12-15
input price "Price" : money per share per day{stale_price}
input other "Other" : number per day
input flow "Flow" : number per day optional
input weekly "Weekly" : number per week
input sales "Sales" : money per quarter{stale_sales}
input costs "Costs" : money per quarter between 0 CNY and 150bn CNY
input margin "Margin" : percent per quarter
input earned "Earned" : money per share per quarter
input books "Books" : money per year
input shares "Diluted shares" : count
input mode "Mode" : choice of (early, late) stale after 60 days
input single "Single" : number{stale_single}
input signed "Signed" : flag optional
input due "Due" : date
input profit_of "Profit of the segment" : money per year by segment
param least "Least" = 10 CNY from 2025-01-20 = 60 CNY from 2025-04-02 = 5 CNY
param span "Span" = 3
metric each "Each" = sales / shares
metric gross "Gross" = (sales - costs) / sales
metric pe "Price to earnings" = latest(price) / ttm(earned)
metric money "Money" = ttm(sales) - ttm(costs)
forecast ahead_sales "Sales ahead" for 3 years starts ttm(sales) then previous * (1 + step * 1%)
pillar p "Does it hold?"
pillar q "And this?"
"""

_CONDITIONS = (
    "price < least", "price > least for 5 days", "other > 0 for 5 days", "drawdown(price, 20 days) < -10%",
    "weekly > lag(weekly, 1)", "sales > costs", "sales > lag(sales, 1) for 2 quarters", "yoy(sales) > 10%",
    "gross > 20%", "gross > margin", "margin > 10% for 2 of 3 quarters", "earned > 1 CNY", "pe < 20x", "each > 1 CNY",
    "money > 0 CNY", "books > 100bn CNY", "latest(ttm(sales)) > 2 * latest(books)", "mode is late", "mode is unknown", "single > 40",
    "signed", "signed is unknown", "as_of > due", "days_between(2025-01-31, as_of) > 40", "year(as_of) > 2024",
    "ahead(sales, 1) > 50bn CNY", "ntm(sales) > 200bn CNY", "surprise(sales) > 0%", "ahead(margin, 1) > 30%",
    "at(ahead_sales, 2) > 200bn CNY", "total(ahead_sales) > at(ahead_sales, 1)", "percentile(price, 30 days) > 50%",
    "latest(sales) > 40bn CNY", "latest(margin) > latest(gross)", "streak(sales > costs) >= 2", "sum over segments(profit_of) > 10bn CNY",
    "sales is unknown", "costs is known", "average(flow, 10 days) > 20",
    "other > average(other, 30 days)", "low(weekly, 4 weeks) > 20", "shares > 50", "fell has happened",
    "spring is met", "spring is pending", "late_one has not happened", "volatility(price, 20 days) > 30%",
    "trend(sales, 3 quarters) > 0 CNY", "first_known(single, 5) > 10", "annualised(costs) > 100bn CNY", "change(margin) > 0pp",
    "price is unknown", "expected(single) > 20", "cagr(books, 1) > 5%", "sum(sales, 2 quarters) > costs",
    "if as_of > 2025-03-01 then sales > costs else margin > 5%", "months_between(due, as_of) >= 1", "lag(sales, 2) > costs",
    "average(price, 15 days) > least", "count(signed, single > 3) > 1", "each > 0 CNY for 2 quarters", "other > lag(other, 3)",
)  # fmt: skip

_EVENTS = """kill fell "It fell" by 2025-04-10 when {}
kill late_one "Later" when {}
catalyst spring "Spring" on 2025-03-01 within 20 days
  expects {}
"""
_VERDICTS = """verdict v "V" when fell has happened then "Out" when p is supported and q is not undermined then "Buy" otherwise "Wait"
verdict w "W" when a_0 is unknown then "Look" when a_0 then "Yes" otherwise "No"
scenario low "Low" probability 30% assume single = 10, margin = 5%
"""


def _eventless(text: str) -> bool:
    return not any(word in text for word in ("happened", "is met", "is pending"))


@st.composite
def rules_of_days(draw: st.DrawFn) -> str:
    """A rule file with some of all conditions."""
    stale = st.sampled_from(["", " stale after 10 days", " stale after 1 quarter", " stale after 40 days"])
    text = _INPUTS.format(stale_price=draw(stale), stale_sales=draw(stale), stale_single=draw(stale))
    asked = draw(st.lists(st.sampled_from(_CONDITIONS), min_size=3, max_size=8, unique=True))
    for n, one in enumerate(asked):
        applies = f" applies when {draw(st.sampled_from(_CONDITIONS))}" if draw(st.integers(0, 4)) == 0 else ""
        text += f"{'bull' if n % 3 < 2 else 'bear'} a_{n} on {'pq'[n % 2]}{applies} when {one}\n"
    text += f"bear steady on q when price < 1 CNY\nbull rises on p when {draw(st.sampled_from(_CONDITIONS))}\n"
    before = st.sampled_from([c for c in _CONDITIONS if _eventless(c)])
    return text + _EVENTS.format(draw(before), draw(before), draw(before)) + _VERDICTS


_CALENDARS = ("03-31", "12-31", "12-31, 03-31 from 2025-02-01")
_QUARTERS = ("sales", "costs", "margin", "earned")
_SEGMENTS = ("profit_of.shops", "profit_of.cloud")
SPLIT = ShareSplit(date=dt.date(2025, 3, 3), ratio="4", source="S")


@st.composite
def companies_of_days(draw: st.DrawFn, program: Program) -> Company:
    """A company: results of a dozen quarters with gaps, some said again; prices of some months; and any facts at all."""
    found: list[Fact] = []
    for name in _QUARTERS:
        found += draw(_results(name))
    for name, step in (("price", 1), ("other", 3), ("flow", 1), ("weekly", 7)):
        found += draw(_closes(name, step))
    asked = [program.inputs[n] for n in (*program.inputs, "single", "mode", "shares", "due") if "profit" not in n]
    asked += [program.metrics["gross"]]
    early = BEGIN - dt.timedelta(days=120)
    found += draw(st.lists(st.sampled_from(asked).flatmap(lambda d: facts(d, early, END)), max_size=14))
    for name in draw(st.lists(st.sampled_from(_SEGMENTS), max_size=3)):
        known = draw(st.dates(early, END))
        found.append(one_fact(name, draw(st.sampled_from(["20bn CNY", "-3bn CNY", "unknown"])), known, period="FY2023"))
    calendar = calendar_of(draw(st.sampled_from(_CALENDARS)))
    assert isinstance(calendar, Calendar)
    halves = draw(st.integers(0, 5)) == 5
    if halves:
        found = [x for f in found if (x := _of_half(f)) is not None]
    elif (calendar.month, calendar.earlier) != (3, ()):  # figures of a year are of one that ends in March
        found = [f for f in found if f.name not in ("books", *_SEGMENTS) and not (f.period or "").startswith("FY")]
    return Company(
        name="A", ticker="AAA", currency="CNY", facts=tuple(found), path="facts.yaml",
        fiscal_year_ends=Calendar(3, 31) if halves else calendar,
        exchange_rates=tuple(draw(st.lists(rates(early, END), max_size=4))),
        splits=draw(st.sampled_from([(), (), (SPLIT,)])),
        reports=Reports.HALVES if halves else Reports.QUARTERS,
    )  # fmt: skip


def _of_half(fact: Fact) -> Fact | None:
    """What a company that reports by halves says in place of a quarter's figure; None where no half ends with it."""
    if fact.period is None or fact.name == "books" or fact.period.startswith("FY"):
        return fact
    end = fact.period.rpartition(" ")[2]
    return fact.model_copy(update={"period": f"6M {end}"}) if end[5:7] in ("03", "09") else None


@st.composite
def _results(draw: st.DrawFn, name: str) -> list[Fact]:
    """Figures of quarters that end with months of calendar quarters, each known some weeks later; some were estimated before, some
    are said again, some are of half a year or of a year, and some are in another currency."""
    found = []
    code = draw(st.sampled_from([*[" CNY"] * 6, " USD"]))
    unit = {"margin": "%", "earned": code}.get(name, f"bn{code}")
    for back in range(draw(st.integers(4, 11))):
        months = 2025 * 12 + 6 - 3 * back
        year, month = divmod(months - 1, 12)
        end = (dt.date(year + (month == 11), (month + 1) % 12 + 1, 1)) - DAY
        if draw(st.integers(0, 8)) == 8:
            continue
        later = dt.timedelta(days=draw(st.sampled_from([1, 20, 30, 45, 45, 100, 200])))
        value = f"{draw(st.integers(5, 90))}{unit}"
        period = end.isoformat()
        if name in ("sales", "costs") and draw(st.integers(0, 5)) == 0:
            period = f"{draw(st.sampled_from([6, 9, 12]))}M {end}"
        found.append(one_fact(name, value, end + later, period=period))
        if draw(st.integers(0, 3)) == 0:
            kind = draw(st.sampled_from([SourceKind.ESTIMATE, SourceKind.GUIDANCE]))
            ahead = end - dt.timedelta(days=draw(st.sampled_from([-10, 5, 30, 200])))
            found.append(one_fact(name, f"{draw(st.integers(5, 90))}{unit}", ahead, period=end.isoformat(), kind=kind))
        if draw(st.integers(0, 4)) == 0:
            again = end + later + dt.timedelta(days=draw(st.sampled_from([0, 1, 60, 90])))
            kind = draw(st.sampled_from([SourceKind.REPORTED, SourceKind.DERIVED, SourceKind.CLAIM]))
            found.append(one_fact(name, f"{draw(st.integers(5, 90))}{unit}", again, period=period, kind=kind))
    return found


@st.composite
def _closes(draw: st.DrawFn, name: str, step: int) -> list[Fact]:
    """Figures of days, of some months on end."""
    first = draw(st.dates(BEGIN - dt.timedelta(days=60), END - dt.timedelta(days=60)))
    level, found = draw(st.integers(20, 80)), []
    late = draw(st.sampled_from([0, 0, 1, 7]))
    unit = draw(st.sampled_from([*[" CNY"] * 5, " USD"])) if name == "price" else ""
    steps = draw(st.lists(st.integers(-9, 9), min_size=2, max_size=25))
    for at, by in enumerate(steps):
        level, day = max(1, level + by), first + dt.timedelta(days=step * at)
        if by == 7:
            continue
        found.append(one_fact(name, f"{level}{unit}", day + dt.timedelta(days=late), day=day))
    return found
