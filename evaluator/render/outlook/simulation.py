"""What many draws come to: as lines of text, as a table, as blocks of a page.

In: a `SimulateOutput`. Out: lines, CSV, blocks. Must not know how lines are shown: who shows them paints names and outcomes.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from evaluator.render.explanation import Paint, plain
from evaluator.render.languages.speaking import any_of, counted, noted, say
from evaluator.render.outlook.bars import beam, filled
from evaluator.render.outlook.blocks import Bars, Beam, Block, Cell, Heading, Items, Table, Words
from evaluator.render.outlook.heads import head_as_of
from evaluator.render.text import safe_cell
from evaluator.render.wide import columns, filled_up
from evaluator.schema.simulation import (
    DrawnFigure,
    DrawnJudgement,
    DrawnName,
    DrawnState,
    Driver,
    Outcome,
    Share,
    SimulateOutput,
)

_BAR = 20
_METHODS = {"sobol": noted("scrambled Sobol sequences"), "random": noted("batches of random numbers")}


def lines(found: SimulateOutput, paint: Paint = plain) -> Iterator[str]:
    """The page: what is drawn, what is judged how often, what drives it, figures."""
    yield from head_as_of(found, paint)
    yield _how(found)
    yield from _part(say("Drawn"), [_drawn(each) for each in found.drawn], paint)
    for judgement in found.judgements:
        yield ""
        yield from _judgement(judgement, paint)
    yield from _part(say("Pillars"), _states(found.pillars), paint)
    yield from _part(say("Conditions"), _states(found.conditions), paint)
    figures = [*([found.score] if found.score is not None else []), *found.figures]
    yield from _part(
        say("Figures: 5%, 25%, half, 75% and 95% of the draws lie below"),
        [line for f in figures for line in _figure(f)],
        paint,
    )
    yield from _part(say("To know"), found.notes, paint)


def _how(found: SimulateOutput) -> str:
    """How many draws of what kind."""
    batches = (
        say(" in %(batches)s %(methods)s", batches=found.batches, methods=say(_METHODS[found.method]))
        if found.batches > 1
        else ""
    )
    draws = counted(f"{found.draws:,}", "draw")
    return say("%(draws)s%(batches)s, seed %(seed)s", draws=draws, batches=batches, seed=found.seed)


def _part(heading: str, items: Sequence[str], paint: Paint) -> Iterator[str]:
    if items:
        yield ""
        yield paint(heading, None)
        yield from (f"  {item}" for item in items)


def _drawn(each: DrawnName) -> str:
    between = (
        say("; 9 of 10 draws from %(low)s to %(high)s", low=each.low.text, high=each.high.text)
        if each.low and each.high
        else ""
    )
    past = say("; %(past)s figures", past=each.past) if each.past else ""
    return say(
        "%(title)s: %(distribution)s%(past)s%(between)s; %(today)s today",
        title=each.title,
        distribution=each.distribution,
        past=past,
        between=between,
        today=each.today.text,
    )


def _judgement(found: DrawnJudgement, paint: Paint) -> Iterator[str]:
    yield say("%(title)s: %(names)s today", title=paint(found.title, None), names=any_of(found.today))
    widest = max((columns(any_of(each.outcomes)) for each in found.outcomes), default=0)
    for each in found.outcomes:
        bar = filled(each.share.share, _BAR)
        undecided = say("  (not decided)") if len(each.outcomes) > 1 else ""
        yield f"  {filled_up(any_of(each.outcomes), widest)}  {bar}  {each.share.text}{undecided}"
    if len(found.steps) > 1 and len(found.outcomes) > 1:
        yield say("  how it settles: %(steps)s", steps=_steps(found))
    if found.drivers:
        drivers = "; ".join(
            say("%(title)s %(total)s (alone %(first)s)", title=d.title, total=d.total.text, first=d.first.text)
            for d in found.drivers
        )
        yield say("  driven by %(drivers)s", drivers=drivers)


def _steps(found: DrawnJudgement) -> str:
    return ", ".join(
        say("%(share)s after %(draws)s", share=step.share.text, draws=f"{step.draws:,}") for step in found.steps
    )


def _states(each: Sequence[DrawnState]) -> list[str]:
    """Those that are not the same in every draw, and how many are."""
    varying = [_state(one) for one in each if len(one.shares) > 1]
    same = len(each) - len(varying)
    if not same:
        return varying
    if not varying:
        return [say("all are the same in every draw")]
    if same == 1:
        return [*varying, say("one other is the same in every draw")]
    return [*varying, say("%(count)s others are the same in every draw", count=same)]


def _state(each: DrawnState) -> str:
    return say(
        "%(title)s: %(shares)s (%(today)s today)", title=each.title, shares=_shares(each), today=_either(each.today)
    )


def _shares(each: DrawnState) -> str:
    return ", ".join(f"{_either(state)} {s.text}" for state, s in each.shares.items())


def _either(states: str) -> str:
    """A closed word, or several with `or` between them, in the language that is spoken."""
    return any_of(states.split(" or "))


def _figure(each: DrawnFigure) -> Iterator[str]:
    values = ", ".join(q.value.text for q in each.quantiles) or say("no number in any draw")
    yield say("%(title)s: %(values)s (%(today)s today)", title=each.title, values=values, today=each.today.text)
    odd = _odd(each)
    if odd:
        yield f"    {odd}"


def _odd(each: DrawnFigure) -> str:
    """In how many draws a figure is no number; empty where it always is one."""
    odd = [
        say("%(word)s in %(share)s", word=word, share=s.text)
        for word, s in ((say("means nothing"), each.nothing), (say("unknown or within bounds"), each.open))
        if s.share
    ]
    return say("%(names)s of the draws", names=", ".join(odd)) if odd else ""


# --- a table ---------------------------------------------------------------------------------------------------------

COLUMNS = ("kind", "role", "name", "title", "of", "value", "unit", "error", "text")
Row = tuple[str, str, str, str, str, float | None, str, float | None, str]


def rows(found: SimulateOutput) -> Iterator[Row]:
    """A row for each outcome of a verdict or a kill, for each step in which it settles and each name that drives it; for each state of
    a pillar or a condition; for the mean and the quantiles of a figure, and how often it is no number. `of` says of which outcome,
    number of draws, name, state or part of the draws; values are shares from 0 to 1, and figures in base units."""
    for each in found.judgements:
        about = (each.role, each.name, each.title)
        yield from (_share_row("outcome", *about, " or ".join(o.outcomes), o.share) for o in each.outcomes)
        yield from (_share_row("step", *about, str(step.draws), step.share) for step in each.steps)
        for driver in each.drivers:
            yield _share_row("driver alone", *about, driver.name, driver.first)
            yield _share_row("driver in all", *about, driver.name, driver.total)
    for state in (*found.pillars, *found.conditions):
        for word, share in state.shares.items():
            yield _share_row("state", state.role, state.name, state.title, word, share)
    for role, figure in [("score", found.score), *(("figure", f) for f in found.figures)]:
        if figure is None:
            continue
        of = (role, figure.name, figure.title)
        if figure.mean is not None:
            mean = figure.mean
            yield "mean", *of, "", mean.value.low, mean.value.unit, mean.error, mean.value.text
        for q in figure.quantiles:
            yield "quantile", *of, f"{q.part:g}", q.value.low, q.value.unit, q.error, q.value.text
        yield _share_row("means nothing", *of, "", figure.nothing)
        yield _share_row("not one number", *of, "", figure.open)


def _share_row(kind: str, role: str, name: str, title: str, of: str, share: Share) -> Row:
    return kind, role, name, title, of, share.share, "", share.error, share.text


def to_csv(found: SimulateOutput) -> str:
    """The rows as CSV."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for kind, role, name, title, of, *numbers, text in rows(found):
        writer.writerow([kind, role, name, safe_cell(title), safe_cell(of), *numbers, safe_cell(str(text))])
    return out.getvalue()


# --- blocks ----------------------------------------------------------------------------------------------------------

_PARTS = {0.05: "5%", 0.25: "25%", 0.5: noted("Half"), 0.75: "75%", 0.95: "95%"}


def _part_of(words: str) -> str:
    return say(words) if words == "Half" else words


def blocks(found: SimulateOutput) -> Iterator[Block]:
    """The same as the page, to be drawn."""
    yield Words(say("%(how)s. What stands behind ± is one standard error.", how=_how(found)), "quiet")
    yield Table(
        (say("Drawn"), say("Distribution"), say("9 of 10 draws"), say("Today")),
        tuple(_drawn_row(each) for each in found.drawn),
    )
    for judgement in found.judgements:
        yield from _judged(judgement)
    for heading, one, states in (
        (say("Pillars"), say("Pillar"), found.pillars),
        (say("Conditions"), say("Condition"), found.conditions),
    ):
        yield from _state_blocks(heading, one, states)
    figures = [*([found.score] if found.score is not None else []), *found.figures]
    if figures:
        yield Heading(say("Figures: so many of the draws lie below"))
        yield Table(
            (say("Figure"), *map(_part_of, _PARTS.values()), say("Today")),
            tuple(_figure_row(f) for f in figures),
        )
    if found.notes:
        yield Heading(say("To know"))
        yield Items(tuple(found.notes))


def _drawn_row(each: DrawnName) -> tuple[Cell, ...]:
    between = say("%(low)s to %(high)s", low=each.low.text, high=each.high.text) if each.low and each.high else "–"
    past = say(" (%(past)s figures)", past=each.past) if each.past else ""
    return Cell(each.title), Cell(f"{each.distribution}{past}"), Cell(between), Cell(each.today.text)


def _judged(found: DrawnJudgement) -> Iterator[Block]:
    yield Heading(found.title)
    if len(found.outcomes) == 1 and found.outcomes[0].outcomes == found.today:
        yield Words(say("Today and in every draw: %(names)s.", names=any_of(found.today)))
        return
    yield Words(say("Today: %(names)s.", names=any_of(found.today)))
    yield Bars((say("Outcome"), say("Share of the draws")), tuple(_outcome(found, each) for each in found.outcomes))
    if len(found.steps) > 1 and len(found.outcomes) > 1:
        yield Words(say("How the first settles: %(steps)s.", steps=_steps(found)), "quiet")
    if found.drivers:
        rows = tuple(_driver(each) for each in found.drivers)
        yield Bars(
            (say("Driven by"), say("Together with all others")),
            rows,
            say("What drives it (Sobol indices; the diamond: alone)"),
        )


def _outcome(found: DrawnJudgement, each: Outcome) -> Beam:
    """The bar of an outcome: blue for what is said today, brown for what is not decided, red for a kill that happens, else grey."""
    undecided = len(each.outcomes) > 1
    ends_it = found.role == "kill" and each.outcomes == ["happens"]
    look = "warn" if undecided else "bad" if ends_it else "accent" if each.outcomes == found.today else "flat"
    share, error = each.share.share, each.share.error
    return beam(
        any_of(each.outcomes),
        each.share.text,
        (0.0, share),
        look,
        _BAR,
        error=(share - error, share + error) if error else None,
        more=[say("not decided")] if undecided else (),
    )


def _driver(each: Driver) -> Beam:
    alone = say("alone %(first)s", first=each.first.text)
    marks = [(each.first.share, alone)] if each.first.share > 0 else []
    return beam(each.title, each.total.text, (0.0, each.total.share), "accent", _BAR, marks=marks, more=[alone])


def _state_blocks(heading: str, one: str, states: Sequence[DrawnState]) -> Iterator[Block]:
    if not states:
        return
    yield Heading(heading)
    varying = [each for each in states if len(each.shares) > 1]
    if varying:
        rows = tuple(
            (Cell(s.title), Cell(_shares(s)), Cell(_either(s.today))) for s in varying
        )  # those that are the same in every draw are counted below
        yield Table((one, say("In how many draws"), say("Today")), rows)
    if len(states) > len(varying):
        same = _states(states)[-1]
        yield Words(f"{same[:1].upper()}{same[1:]}.", "quiet")


def _figure_row(each: DrawnFigure) -> tuple[Cell, ...]:
    by = {q.part: q.value.text for q in each.quantiles}
    odd = _odd(each)
    return (
        Cell(each.title),
        *(Cell(by.get(part, "–")) for part in _PARTS),
        Cell(each.today.text, more=(odd,) if odd else ()),
    )
