"""What many draws come to, as lines of text.

In: a `SimulateOutput`. Out: lines. Must not know how lines are shown: who shows them paints names and outcomes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evaluator.render.explanation import Paint, above, plain
from evaluator.schema.simulation import DrawnFigure, DrawnJudgement, DrawnName, DrawnState, SimulateOutput

_BAR = 20
_METHODS = {"sobol": "scrambled Sobol sequences", "random": "batches of random numbers"}


def lines(found: SimulateOutput, paint: Paint = plain) -> Iterator[str]:
    """The page: what is drawn, what is judged how often, what drives it, figures."""
    about = f" for {found.company}" if found.company is not None else ""
    yield from above(found.what_if, found.alerts, paint)
    yield f"{paint(found.title, None)} ({found.name}){about}, as of {found.as_of}"
    batches = f" in {found.batches} {_METHODS[found.method]}" if found.batches > 1 else ""
    yield f"{found.draws:,} draw{'s' if found.draws != 1 else ''}{batches}, seed {found.seed}"
    yield from _part("Drawn", [_drawn(each) for each in found.drawn], paint)
    for judgement in found.judgements:
        yield ""
        yield from _judgement(judgement, paint)
    yield from _part("Pillars", _states(found.pillars), paint)
    yield from _part("Conditions", _states(found.conditions), paint)
    figures = [*([found.score] if found.score is not None else []), *found.figures]
    yield from _part(
        "Figures: 5%, 25%, half, 75% and 95% of the draws lie below",
        [line for f in figures for line in _figure(f)],
        paint,
    )
    yield from _part("To know", found.notes, paint)


def _part(heading: str, items: Sequence[str], paint: Paint) -> Iterator[str]:
    if items:
        yield ""
        yield paint(heading, None)
        yield from (f"  {item}" for item in items)


def _drawn(each: DrawnName) -> str:
    between = f"; 9 of 10 draws from {each.low.text} to {each.high.text}" if each.low and each.high else ""
    past = f"; {each.past} figures" if each.past else ""
    return f"{each.title}: {each.distribution}{past}{between}; {each.today.text} today"


def _judgement(found: DrawnJudgement, paint: Paint) -> Iterator[str]:
    yield f"{paint(found.title, None)}: {' or '.join(found.today)} today"
    widest = max((len(" or ".join(each.outcomes)) for each in found.outcomes), default=0)
    for each in found.outcomes:
        filled = round(each.share.share * _BAR)
        bar = "█" * filled + "·" * (_BAR - filled)
        undecided = "  (not decided)" if len(each.outcomes) > 1 else ""
        yield f"  {' or '.join(each.outcomes):<{widest}}  {bar}  {each.share.text}{undecided}"
    if len(found.steps) > 1 and len(found.outcomes) > 1:
        steps = ", ".join(f"{step.share.text} after {step.draws:,}" for step in found.steps)
        yield f"  how it settles: {steps}"
    if found.drivers:
        drivers = "; ".join(f"{d.title} {d.total.text} (alone {d.first.text})" for d in found.drivers)
        yield f"  driven by {drivers}"


def _states(each: Sequence[DrawnState]) -> list[str]:
    """Those that are not the same in every draw, and how many are."""
    varying = [_state(one) for one in each if len(one.shares) > 1]
    same = len(each) - len(varying)
    if not same:
        return varying
    which = "all" if not varying else "one other" if same == 1 else f"{same} others"
    return [*varying, f"{which} {'is' if same == 1 and varying else 'are'} the same in every draw"]


def _state(each: DrawnState) -> str:
    shares = ", ".join(f"{state} {s.text}" for state, s in each.shares.items())
    return f"{each.title}: {shares} ({each.today} today)"


def _figure(each: DrawnFigure) -> Iterator[str]:
    values = ", ".join(q.value.text for q in each.quantiles) or "no number in any draw"
    yield f"{each.title}: {values} ({each.today.text} today)"
    odd = [
        f"{word} in {s.text}"
        for word, s in (("means nothing", each.nothing), ("unknown or within bounds", each.open))
        if s.share
    ]
    if odd:
        yield f"    {', '.join(odd)} of the draws"
