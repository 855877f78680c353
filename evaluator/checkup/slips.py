"""Slips of units, signs and share bases in lines of figures: powers of ten for one figure or for many, pence for pounds, the
other sign, a split that only some of the figures know.

In: an `Audited`. Out: diagnostics. Must not know how they are printed.

A step in a line that is a power of ten, beyond what the line moves by itself, begins or ends a run of figures of another
scale; the scale of most figures is taken for the right one. A slip is a suspicion: such a figure may be true. So what is left
of larger amounts (income, cash flow) is called too small only where ten times as much falls right between its neighbours.
"""

from __future__ import annotations

import math
import re
import statistics
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby, pairwise

from dsl.text.diagnostics import Diagnostic, Label
from dsl.text.edits import Mend, put, together
from dsl.text.record import record
from dsl.text.source import Span
from dsl.types.units import PERCENTS, Frequency
from evaluator.checkup.audited import Audited, Line, Point, beside, more_after, numbers, of
from evaluator.codes.messages import make
from evaluator.facts.model import Fact, SourceKind
from evaluator.facts.spelling import powers_apart
from evaluator.facts.splits import ShareSplit
from evaluator.known.bind import without_minus, written_there
from evaluator.known.choose import Restated
from evaluator.known.finding import Found
from evaluator.known.typed_value import shown
from evaluator.values.values import Figure

_HIGHEST = 9
"""Powers of ten that are looked for: a figure in units among billions."""
_CALM, _LIVELY = 0.13, 0.25
"""How far a line moves from figure to figure, as a power of ten: below the one any power of ten stands out, below the other
hundreds and more; beyond it only thousands."""
_STRAY = {1: 0.3, 2: 0.36}
"""How far a step may be from a power of ten; from a thousand on to whichever is nearest."""
_ROOM, _WIDE, _TIGHT = 0.3, 0.6, 0.06
"""How far a figure, brought to the right scale, may lie outside its neighbours: of tens and hundreds, of thousands and more,
and where it may be small by itself."""
_ALONE = 2.0
"""A figure so many powers of ten above all others of its line is a slip whatever the line does."""
_RESTATED = 0.15
"""How far from a power of ten a restatement is: the right figure is about the one that was meant."""
_NOW_AND_THEN = re.compile(
    r"dividend|buyback|repurchase|acquisition|disposal|impairment|restructuring|write_?(?:down|off)|issu|debt|borrow|loan|repa[iy]"
)
"""Names of what is 0 in many a period without a slip."""
_NEAR = 2
"""Neighbours on each side."""
_SIGN_ROOM = 0.31
"""Figures of the other sign are about as large as their neighbours, as a power of ten."""
_RATIOS = (1.5, 2, 3, 4, 5, 6, 7, 8, 10, 15, 20, 25, 30, 40, 50)
"""So many new shares for one; the first is no step of a daily price that stands out from what prices do."""
_SPLIT_ROOM = 0.035
"""How far a step in a share count or a price may be from a ratio of a split, as a power of ten (8%)."""
_EARNINGS_ROOM = 0.2
"""The same of a figure per share that also grows, where shares show the split."""
_SAME_TIME = 400
"""Days between which the steps of one split lie in lines of years."""


@record
class Run:
    """Figures of a line from `start` up to before `stop` that are 10 to the `power` times too large."""

    start: int
    stop: int
    power: int


@record
class Step:
    """A step in a line of shares or of money per share, from one point to the next, as shares after by shares before."""

    line: Line
    at: int
    log: float
    sure: bool

    @property
    def before(self) -> Point:
        """The last point on the old basis."""
        return self.line.points[self.at]

    @property
    def after(self) -> Point:
        """The first point on the new basis."""
        return self.line.points[self.at + 1]


def slips(a: Audited) -> list[Found]:
    """All of them, each place once."""
    steps = splits(a)
    reported: set[Span | None] = set()
    kept: list[Found] = []
    lines = [d for line in a.lines for d in (*_of_line(a, line, steps), *_nothing(a, line))]
    for found in [*_splits_said(a, steps), *_restated(a), *lines]:
        if found.finding.span not in reported:
            reported.add(found.finding.span)
            kept.append(found)
    return kept


def _of_line(a: Audited, line: Line, steps: Sequence[Sequence[Step]]) -> Iterator[Found]:
    split = {step.after.fact.number for each in steps for step in each if step.line is line}
    for run in runs(line):
        if line.points[run.start].fact.number not in split:
            lasts = run.start == 0 or run.stop == len(line.points)  # then it may be the other figures that are wrong
            wrong = line.points if lasts else line.points[run.start : run.stop]
            yield Found(_scale(a, line, run), numbers(wrong))
    if line.is_cost and _negative_column(line):
        yield Found(_cost(a, line), numbers([p for p in line.points if p.value < 0]))
    else:
        yield from (Found(_sign(a, line, r), numbers(line.points[r.start : r.stop])) for r in other_sign(line))


# --- powers of ten -------------------------------------------------------------------------------------------


def runs(line: Line) -> list[Run]:
    """Figures of another scale than the rest: in the whole line, and where that is not calm, in each season of it."""
    logs = [p.log for p in line.points]
    found = _runs(logs, line)
    if found or line.months != 3 or len(logs) < 12:
        return found
    of_season = [_runs(logs[season::4], line) for season in range(4)]
    wrong = {s + 4 * n: r.power for s, mine in enumerate(of_season) for r in mine for n in range(r.start, r.stop)}
    return _grouped([wrong.get(n, 0) for n in range(len(logs))])


def _runs(logs: Sequence[float], line: Line) -> list[Run]:
    steps = [after - before for before, after in pairwise(logs)]
    powers = [_power(step) for step in steps]
    if not any(powers):
        return []
    noise = statistics.median(abs(s - power) for s, power in zip(steps, powers, strict=True))
    calm, lively = (_CALM, _LIVELY) if not line.moves_freely else (_CALM / 2, _CALM / 2)
    least = 3 if len(logs) < 3 or noise > lively else 2 if noise > calm else 1
    scale, scales = 0, [0]
    for power in powers:
        scale += power if abs(power) >= least else 0
        scales.append(scale)
    (right, _), *_ = Counter(scales).most_common(1)  # of several that are as frequent the first, which is the oldest
    found = _grouped([scale - right for scale in scales])
    good = [log for log, scale in zip(logs, scales, strict=True) if scale == right]
    return [run for run in found if _fits(logs, scales, right, run, line, good)] or _towering(logs)


def _power(step: float) -> int:
    """The power of ten that a step is; 0 where it is none."""
    power = round(step)
    return power if abs(step - power) <= _STRAY.get(abs(power), 0.5) and abs(power) <= _HIGHEST else 0


def _towering(logs: Sequence[float]) -> list[Run]:
    """One or two figures in a row far above all others."""
    top = sorted(range(len(logs)), key=lambda n: -logs[n])[:2]
    for high in (sorted(top), top[:1]):
        rest = [log for n, log in enumerate(logs) if n not in high]
        together = high[-1] - high[0] == len(high) - 1
        if together and len(rest) >= 3 and min(logs[n] for n in high) - max(rest) >= _ALONE:
            power = round(statistics.median(logs[n] for n in high) - statistics.median(rest))
            return [Run(high[0], high[-1] + 1, min(power, _HIGHEST))]
    return []


def _grouped(powers: Sequence[int]) -> list[Run]:
    found, at = [], 0
    for power, members in groupby(powers):
        count = len(list(members))
        if power:
            found.append(Run(at, at + count, power))
        at += count
    return found


def _fits(
    logs: Sequence[float], scales: Sequence[int], right: int, run: Run, line: Line, good: Sequence[float]
) -> bool:
    """Whether the figures, brought to the right scale, lie where their neighbours do."""
    if not -_HIGHEST <= run.power <= _HIGHEST:
        return False
    before = [n for n in range(run.start) if scales[n] == right][-_NEAR:]
    after = [n for n in range(run.stop, len(logs)) if scales[n] == right][:_NEAR]
    near = [logs[n] for n in (*before, *after)] or list(good)
    small = run.power < 0 and line.may_be_near_zero and run.power > -3
    room = _TIGHT if small else _ROOM if abs(run.power) < 3 else _WIDE
    if small and len({p.value > 0 for p in line.points}) > 1:
        return False
    mended = [logs[n] - run.power for n in range(run.start, run.stop)]
    return (
        min(near) - room <= mended[0] <= max(near) + room and min(near) - room <= mended[-1] <= max(near) + room + 0.3
    )


def _scale(a: Audited, line: Line, run: Run) -> Diagnostic:
    point = line.points[run.start]
    near = [n for n in (run.start - 1, run.start - 2, run.stop, run.stop + 1) if 0 <= n < len(line.points)]
    outside = [n for n in near if not run.start <= n < run.stop]
    middle = statistics.median(line.points[n].value for n in outside)
    whom = "the figures around it"
    if run.stop - run.start > 1:
        last, first = run.stop == len(line.points), run.start == 0
        whom = "the figures before it" if last else "the figures after it" if first else whom
    return make("F033", point.fact.fact.value_place, name=line.name, period=of(point.fact.label),
                more=more_after(run.stop - run.start), given=f"`{shown(point.fact.fact.value)}`", times=f"about {times(run.power)}",
                whom=whom, other=a.text(line.name, Figure.exact(middle)),
                mend=_rescaled([p.fact.fact for p in line.points[run.start : run.stop]], run.power))  # fmt: skip


def _nothing(a: Audited, line: Line) -> Iterator[Found]:
    """A 0 among figures that are all about as large: what a program writes where there is no figure. What may be paid or not
    (a dividend, a repurchase) is often 0, and so is what is left of larger amounts."""
    kind = line.declared.type
    if line.may_be_near_zero or _NOW_AND_THEN.search(line.words) or kind.series is None or kind.kind in PERCENTS:
        return
    ends = [p.fact.end for p in line.points]
    for fact in a.zeros.get((line.name, line.months), ()):
        at = bisect_left(ends, fact.end)
        near = line.points[max(0, at - _NEAR) : at + _NEAR] if at < len(ends) else line.points[-_NEAR - 1 :]
        logs = [p.log for p in near]
        if at == 0 or len(near) < 3 or max(logs) - min(logs) > _SIGN_ROOM:
            continue
        other = a.text(line.name, Figure.exact(statistics.median(p.value for p in near)))
        place = written_there(fact.fact)
        mend = Mend(
            "write `unknown` where the source has no figure: 0 is one", (put(place, "unknown"),) if place else ()
        )
        found = make("F033", fact.fact.value_place, name=line.name, period=of(fact.label), more="", given=f"`{shown(fact.fact.value)}`",
                     times="which is nothing beside", whom="the figures around it", other=other, mend=mend)  # fmt: skip
        yield Found(found, frozenset({fact.number}))


def _rescaled(wrong: Sequence[Fact], power: int) -> Mend:
    """What figures would be on the scale of the others, with the edit. It is never sure: such a figure may be true."""
    words = "check k, m and bn, and the percent sign"
    meant = [powers_apart(fact.value, -power) if isinstance(fact.value, str) else None for fact in wrong]
    if meant[0] is None:
        return Mend(words)
    places = [written_there(fact) for fact in wrong]
    each = [
        put(place, text) for place, text in zip(places, meant, strict=True) if place is not None and text is not None
    ]
    if len(each) < len(wrong):
        return Mend(f"{words}: `{meant[0]}` would be as the others")
    many = len(each) > 1
    fix = (
        replace(together(each), title=f"write {len(each)} figures as the others are, such as `{meant[0]}`")
        if many
        else each[0]
    )
    return Mend(f"{words}: `{meant[0]}` would be as the others", (fix,))


def times(power: int) -> str:
    """A power of ten in words: `100 times`, `a millionth of`."""
    large = {4: "10,000", 5: "100,000", 6: "a million", 7: "ten million", 8: "a hundred million", 9: "a billion"}
    small = {1: "tenth", 2: "hundredth", 3: "thousandth", 4: "ten-thousandth", 5: "hundred-thousandth", 6: "millionth",
             7: "ten-millionth", 8: "hundred-millionth", 9: "billionth"}  # fmt: skip
    return f"{large.get(power, 10 ** max(power, 0))} times" if power > 0 else f"a {small[-power]} of"


# --- what restates by a power of ten -----------------------------------------------------------------------


def _restated(a: Audited) -> Iterator[Found]:
    steps = [step for choice in a.chosen for step in choice.restated]
    ratios = [(step, _ratio(step)) for step in steps]
    carried = Counter((step.now.fact.published, round(abs(ratio), 2)) for step, ratio in ratios if ratio)
    for step, ratio in ratios:
        power = round(ratio) if ratio is not None else 0
        if ratio is None or not power or abs(ratio - power) > _RESTATED or abs(power) > _HIGHEST:
            continue
        kind = a.declared(step.now.fact.name).type
        on_new_basis = (
            step.now.fact.kind is SourceKind.DERIVED or carried[step.now.fact.published, round(abs(ratio), 2)] > 1
        )
        if on_new_basis and (kind.share or not kind.is_flow):
            continue  # a split brings shares, and all that is per share, to the new basis on one day
        fact = step.now.fact
        found = make("F033", fact.value_place, name=fact.name, period=of(step.label), more="", given=f"`{shown(fact.value)}`",
                     times=f"about {times(power)}", whom="what it restates", other=a.text(fact.name, step.before),
                     mend=_rescaled([fact], power))  # fmt: skip
        yield Found(beside(found, [step.was], a), frozenset({step.now.number}))


def _ratio(step: Restated) -> float | None:
    """How many times what it restates a figure is, as a power of ten."""
    before, after = step.before, step.after
    exact = isinstance(before, Figure) and isinstance(after, Figure) and before.is_exact and after.is_exact
    if not exact or not isinstance(before, Figure) or not isinstance(after, Figure) or not before.low * after.low:
        return None
    return math.log10(abs(after.low / before.low))


# --- signs -----------------------------------------------------------------------------------------------------


def other_sign(line: Line) -> list[Run]:
    """One or two figures of the other sign among neighbours that are as large, on a line that otherwise keeps its sign."""
    points = line.points
    usual = Counter(p.value > 0 for p in points).most_common(1)[0][0]
    found = []
    for run in _grouped([int((p.value > 0) is not usual) for p in points]):
        if run.stop - run.start > 2:
            continue
        near = [points[n] for n in range(run.start - _NEAR, run.stop + _NEAR)
                if 0 <= n < len(points) and not run.start <= n < run.stop]  # fmt: skip
        logs = [p.log for p in near]
        steady = len(near) >= 2 and max(logs) - min(logs) <= _SIGN_ROOM and all((p.value > 0) is usual for p in near)
        sizes = [points[n].log for n in range(run.start, run.stop)]
        if steady and all(abs(size - statistics.median(logs)) <= _SIGN_ROOM for size in sizes):
            found.append(run)
    return found


def _sign(a: Audited, line: Line, run: Run) -> Diagnostic:
    point = line.points[run.start]
    outside = [
        p.value for n, p in enumerate(line.points) if not run.start <= n < run.stop and abs(n - run.start) <= _NEAR + 1
    ]
    other = a.text(line.name, Figure.exact(statistics.median(outside)))
    return make("F034", point.fact.fact.value_place, name=line.name, period=of(point.fact.label),
                more=more_after(run.stop - run.start), given=f"`{shown(point.fact.fact.value)}`", other=other)  # fmt: skip


def _negative_column(line: Line) -> bool:
    """Whether a cost or an outflow is given with a minus throughout, from some figure on, up to one, or now and then."""
    negative = [p.value < 0 for p in line.points]
    runs = [(minus, len(list(members))) for minus, members in groupby(negative)]
    lasting = len(runs) == 2 and any(minus and count >= 3 for minus, count in runs)
    return all(negative) or lasting or (negative.count(True) > 1 and len(runs) > 3 and _as_large(line))


def _as_large(line: Line) -> bool:
    """Whether figures of both signs are as large: one cost with two ways of writing it, and not a refund now and then."""
    below, above = (statistics.median(p.log for p in line.points if (p.value < 0) is minus) for minus in (True, False))
    return abs(below - above) <= _SIGN_ROOM


def _cost(a: Audited, line: Line) -> Diagnostic:
    negative = [p.fact for p in line.points if p.value < 0]
    each = [fix for fact in negative for fix in without_minus(fact.fact)]
    all_of_them = len(each) == len(negative)
    ways = (replace(together(each), title=f"leave the minus out of all {len(negative)}"),) if all_of_them else ()
    mend = Mend("give it as a positive amount, as the rules take it", ways)
    found = make(
        "F051", negative[0].fact.value_place, name=line.name, count=len(negative), all=len(line.points), mend=mend
    )
    return beside(found, negative[1:], a)


# --- splits ----------------------------------------------------------------------------------------------------


def splits(a: Audited) -> list[list[Step]]:
    """Steps that look like one split of the shares, in one line or in several: a count of shares, money per share."""
    steps = [step for line in a.lines for step in _share_steps(line)]
    counts = [s for s in steps if s.line.is_shares]
    together: list[list[Step]] = []
    for step in sorted(steps, key=lambda s: (not s.sure, not s.line.is_shares, s.after.fact.end)):
        mine = next((each for each in together if _same_split(each[0], step)), None)
        if mine is not None:
            mine.append(step)
        elif step.sure or step.line.is_shares or any(_same_split(count, step) for count in counts):
            together.append([step])
    return [each for each in together if _is_split(each)]


def _is_split(steps: Sequence[Step]) -> bool:
    """A step of a power of ten in one line alone is a slip sooner than a split; two that are not sure by themselves are one where
    shares and money per share moved against each other by the same ratio."""
    if not any(s.sure for s in steps) and len({s.line.is_shares for s in steps}) < 2:
        return False
    lone = len({s.line.name for s in steps}) == 1
    return not lone or abs(steps[0].log - round(steps[0].log)) > _SPLIT_ROOM


def _median_without(ordered: Sequence[float], one: float) -> float:
    """The median of figures in order without one of them; 0 where nothing is left."""
    at, rest = bisect_left(ordered, one), len(ordered) - 1
    middle = [ordered[n if n < at else n + 1] for n in {(rest - 1) // 2, rest // 2}] if rest else [0.0]
    return sum(middle) / len(middle)


def _share_steps(line: Line) -> Iterator[Step]:
    """Steps of a line by a ratio of a split that last."""
    if not (line.is_shares or line.is_per_share) or len(line.points) < 2:
        return
    logs = [p.log for p in line.points]
    moves = [after - before for before, after in pairwise(logs)]
    ordered = sorted(map(abs, moves))
    for at, move in enumerate(moves):
        shares = move if line.is_shares else -move
        if abs(shares) < math.log10(min(_RATIOS)) - _SPLIT_ROOM:
            continue
        noise = _median_without(ordered, abs(move))
        lasts = at + 2 >= len(logs) or abs(logs[at + 2] - logs[at + 1]) <= abs(move) / 2
        daily = line.declared.type.series in (Frequency.DAY, Frequency.WEEK)
        off = min(abs(abs(shares) - math.log10(ratio)) for ratio in _RATIOS[daily:])
        calm = noise <= 0.02 or (line.is_per_share and noise <= _SPLIT_ROOM)
        decided = "dividend" in line.words  # a board that pays four times as much needs no split
        sure = off <= _SPLIT_ROOM and calm and lasts and not decided and (line.is_shares or len(moves) > 2)
        moved = lasts and abs(move) > 3 * noise and off <= (_SPLIT_ROOM if line.is_shares else _EARNINGS_ROOM)
        if sure or moved:
            yield Step(line, at, shares, sure)


_UNSAID = (
    "if it is a split, write it under `splits` with its day, `ratio` and source: figures before it are then adjusted; if not, "
    "correct the figures"
)
_TWICE = (
    "what was published before the {split} is adjusted by it, and the figures before it seem to be on the new basis already: "
    "give them the day on which they were given anew ({day} or later), or take the split away"
)


def _is_undone(step: Step, split: ShareSplit) -> bool:
    """Whether a step is a split that is declared, the other way: figures were adjusted that were on its basis already."""
    between = step.before.fact.fact.published < split.date <= step.after.fact.fact.published
    return between and abs(step.log + math.log10(split.ratio)) <= _EARNINGS_ROOM


def _same_split(one: Step, other: Step) -> bool:
    apart = max((one.before.fact.end - other.after.fact.end).days, (other.before.fact.end - one.after.fact.end).days)
    close = abs(one.log - other.log) <= _EARNINGS_ROOM and one.log * other.log > 0
    return one.line is not other.line and apart <= _SAME_TIME - 365 and close


def _splits_said(a: Audited, steps: Sequence[Sequence[Step]]) -> Iterator[Found]:
    for each in steps:
        first = each[0]
        log = abs(first.log)
        ratio = min(_RATIOS, key=lambda r: abs(log - math.log10(r)))
        words = f"{ratio:g} new shares for {'one' if ratio != 1.5 else 'one (3 for 2)'}"
        if first.log < 0:
            words = f"one new share for {ratio:g}"
        fact = first.after.fact
        twice = next((split for split in a.company.splits if _is_undone(first, split)), None)
        names = ", ".join(f"`{name}`" for name in dict.fromkeys(s.line.name for s in each))
        found = make("F039", fact.fact.value_place, names=names, before=of(first.before.fact.label), period=of(fact.label),
                     ratio=words, mend=_TWICE.format(split=twice.words, day=twice.date) if twice else _UNSAID)  # fmt: skip
        labels = [Label(s.after.fact.fact.value_place, f"`{s.line.name}`, {s.after.fact.label}") for s in each[1:4]]
        lines = [s.line.points[: s.at + 1] for s in each]
        yield Found(replace(found, labels=tuple(labels)), frozenset().union(*map(numbers, lines)))
