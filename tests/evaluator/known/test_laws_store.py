"""The store of facts: nothing known later changes what was known, nor does the order of a file; what is derived is known
when the last of its facts is; a correction touches its own period alone. Over dense stores: few periods, many facts about
each, of every length and kind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from hypothesis import given, settings
from hypothesis import strategies as st

from dsl.text.source import SourceFile
from dsl.types.units import Frequency
from evaluator.facts.calendar import Calendar, calendar_of
from evaluator.facts.model import Company, Fact, Reports, SourceKind
from evaluator.known.asof import View, view
from evaluator.known.bind import bind
from evaluator.known.choose import FIRM
from evaluator.values.series import Series
from evaluator.values.values import Figure
from tests.support.runs import HEAD, TAIL, checked

SPAN = SourceFile("facts.yaml", "x").span(0, 1)
RULES = checked(
    HEAD + 'input revenue "Revenue" : money per quarter\ninput yearly "Yearly" : money per year\n'
    'input margin "Margin" : percent per quarter\nkill k when revenue < 0 or yearly < 0 or margin < 0%\n' + TAIL
).program
assert RULES is not None
PLAIN, CHANGED = Calendar(3, 31), calendar_of("12-31, 03-31 from 2024-01-01")
assert isinstance(CHANGED, Calendar)
LENGTHS = {"revenue": (3, 6, 9, 12), "yearly": (3, 6, 12), "margin": (3,)}
LAST = dt.date(2026, 12, 31)


@st.composite
def facts(draw: st.DrawFn) -> Fact:
    """One fact about one of two years' quarters, or a longer interval that ends with one."""
    name = draw(st.sampled_from(["revenue"] * 8 + ["yearly", "margin"]))
    months = draw(st.sampled_from(LENGTHS[name]))
    end = PLAIN.end(4 * 2024 + draw(st.integers(1, 5)), Frequency.QUARTER)
    kind = draw(st.sampled_from([SourceKind.REPORTED] * 4 + list(SourceKind)))
    published = end + dt.timedelta(days=draw(st.sampled_from([20, 20, 20, 90, 400])))
    amount = months * draw(st.integers(1, 4)) if name != "margin" else draw(st.integers(1, 60))
    value = f"{amount}%" if name == "margin" else draw(st.sampled_from(["{}bn", "{}.0bn", "about {}bn"])).format(amount)
    return Fact(name=name, period=f"{months}M {end}", value=value, published=published, kind=kind,
                source=draw(st.sampled_from("AB")), place=SPAN, value_place=SPAN)  # fmt: skip


stores = st.integers(0, 12).flatmap(lambda n: st.lists(facts(), min_size=n, max_size=n + 4))
calendars = st.sampled_from([PLAIN, PLAIN, CHANGED])
reports = st.sampled_from(list(Reports))
days = st.integers(0, 1100).map(lambda n: dt.date(2023, 7, 1) + dt.timedelta(days=n))


def seen(found: Iterable[Fact], as_of: dt.date, calendar: Calendar, how: Reports = Reports.QUARTERS) -> View:
    assert RULES is not None
    mine = tuple(
        f for f in found if how is Reports.QUARTERS or f.name != "margin"
    )  # a quarter's percent is none of a half
    about = Company(name="A", ticker="A", currency="CNY", fiscal_year_ends=calendar, reports=how, facts=mine, path="f")
    bound = bind(RULES, about, calendar=calendar.on(as_of))
    assert bound.diagnostics == ()
    return view(RULES, bound.facts, about, as_of)


_SAID = {"name", "period", "value", "published", "kind", "source"}


def told(found: View) -> dict[str, object]:
    """All that a view says, with facts by what they say and not by their numbers."""
    said = {f.number: tuple(f.fact.model_dump(include=_SAID).values()) for f in found.facts}

    def one(value: object) -> object:
        assert isinstance(value, Figure)
        return value.low, value.high, sorted(str(c) for c in value.causes), sorted({said[n] for n in value.facts})

    values = {
        name: [[(o, one(x)) for o, x in table.items()] for table in (s.points, s.annual)]
        for name, s in sorted(found.values.items())
        if isinstance(s, Series)
    }
    assert set(values) == set(found.values)
    return {
        "values": values,
        "reads": dict(found.clock.reads),
        "restated": sorted((x.name, x.label, said[x.was.number], said[x.now.number]) for x in found.restated),
        "disputed": sorted((x.name, x.label, sorted(said[f.number] for f in x.facts), x.used) for x in found.disputed),
        "derived": sorted((d.name, d.label, d.derivation.formula, one(d.derivation.figure)) for d in found.derived),
        "unreconciled": sorted((u.name, u.conflict.given.label, u.conflict.other.formula) for u in found.unreconciled),
        "used": sorted({said[n] for n in found.used}),
    }


@settings(max_examples=150)
@given(stores, days, calendars, reports)
def test_what_is_known_later_changes_nothing(
    store: list[Fact], as_of: dt.date, calendar: Calendar, how: Reports
) -> None:
    known = [f for f in store if f.published <= as_of]
    assert told(seen(store, as_of, calendar, how)) == told(seen(known, as_of, calendar, how))


@settings(max_examples=150)
@given(stores, st.randoms(use_true_random=False), days, calendars, reports)
def test_the_order_of_the_file_changes_nothing(
    store: list[Fact], random: object, as_of: dt.date, calendar: Calendar, how: Reports
) -> None:
    shuffled = list(store)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert told(seen(store, as_of, calendar, how)) == told(seen(shuffled, as_of, calendar, how))


@settings(max_examples=100)
@given(stores, calendars, reports)
def test_a_derived_figure_is_known_with_the_last_of_its_facts(
    store: list[Fact], calendar: Calendar, how: Reports
) -> None:
    found = seen(store, LAST, calendar, how)
    published = {f.number: f.fact.published for f in found.facts}
    said = {f.number: (f.fact.period, f.fact.value, f.fact.published, f.fact.source) for f in found.facts}
    for derived in found.derived:
        facts = derived.derivation.figure.facts
        since = max(published[n] for n in facts)
        assert facts
        made = sorted(said[n] for n in facts)
        before = seen(store, since - dt.timedelta(days=1), calendar, how)
        then = {f.number: (f.fact.period, f.fact.value, f.fact.published, f.fact.source) for f in before.facts}
        assert made not in [sorted(then[n] for n in d.derivation.figure.facts) for d in before.derived]


@settings(max_examples=100)
@given(stores, facts())
def test_a_late_correction_touches_its_own_period_alone(store: list[Fact], late: Fact) -> None:
    """Each point that a source gives, of another interval than the one that is corrected, stays as it is."""
    day = LAST - dt.timedelta(days=1)
    late = late.model_copy(update={"published": day})
    before, after = seen(store, LAST, PLAIN), seen([*store, late], LAST, PLAIN)
    derived = {n for d in (*before.derived, *after.derived) for n in d.derivation.figure.facts}
    for name, series in before.values.items():
        later = after.values[name]
        assert isinstance(series, Series)
        assert isinstance(later, Series)
        given_by = {f.number: f for f in before.facts}
        for ordinal, point in series.points.items():
            facts = point.facts
            if not facts or any(d.name == name and d.derivation.figure.facts == facts for d in before.derived):
                continue
            corrected = any(
                given_by[n].fact.period == late.period and given_by[n].fact.name == late.name for n in facts
            )
            soft = any(given_by[n].fact.kind not in FIRM for n in facts)  # a firm figure may now follow from others
            if not corrected and not (soft and derived):
                assert (later.points[ordinal].low, later.points[ordinal].high) == (point.low, point.high)  # type: ignore[union-attr]


@given(stores, days, calendars)
def test_of_one_day_equal_kinds_are_spanned_and_firmer_ones_win(
    store: list[Fact], as_of: dt.date, calendar: Calendar
) -> None:
    for dispute in seen(store, as_of, calendar).disputed:
        best = min(f.fact.kind.rank for f in dispute.facts)
        firmest = [f for f in dispute.facts if f.fact.kind.rank == best]
        assert len({f.fact.published for f in dispute.facts}) == 1
        assert (dispute.used == "the firmest kind") == (len({(f.value.low, f.value.high) for f in firmest}) == 1)  # type: ignore[union-attr]
