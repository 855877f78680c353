"""What would change a judgement: for each name on which it rests the smallest change of it alone.

In: an `Evaluation`. Out: `Flips`. Must not know reports. A judgement is a verdict, or a kill that has not happened.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from dsl.text.record import record
from evaluator.engine.evaluation import Evaluation
from evaluator.explore.cells import Cells
from evaluator.explore.joint import Joint, joint
from evaluator.explore.judged import judgements as all_judgements
from evaluator.explore.judged import outcomes, said
from evaluator.explore.settled import Settled, settled
from evaluator.explore.turning import Answer, Never, Open, Question, Turn, turn
from evaluator.explore.varied import Fixed, Prober, Varied, varied
from evaluator.known.segments import read_by_none
from evaluator.prepared.form import Found
from evaluator.prepared.prepared import Prepared
from evaluator.values.values import Words

_TINY = 1e-6


@record
class Flip:
    """A change of one name that changes a judgement. `today`, `at`: the name's figure, word or truth; of a figure `last` still
    gives today's outcome, `first` is the nearest that gives another, and `at` a short one that gives the same as `first`.
    `outcomes`: what is judged then; several where it is not decided there."""

    name: str
    judgement: str
    today: float | str | bool
    at: float | str | bool
    last: float | None
    first: float | None
    outcomes: tuple[str, ...]
    nearest: bool
    """Whether no smaller change in this direction changes it: proven."""
    seen: tuple[float, float] | None
    """The least and the greatest that the name has been."""

    @property
    def past(self) -> float | None:
        """Where it turns: between `last` and `first`, and 0 where that is next to 0."""
        if self.first is None or self.last is None or not isinstance(self.today, float):
            return None
        middle = (self.first + self.last) / 2
        return 0.0 if abs(middle) <= 1e-9 * abs(self.today) or self.first * self.last <= 0 else middle

    @property
    def relative(self) -> float:
        """The change as part of today's figure; infinite where that is 0, 0 of what is no figure."""
        if self.first is None or not isinstance(self.today, float):
            return 0.0
        return abs((self.first - self.today) / self.today) if self.today else math.inf


@record
class Firm:
    """A name of which no change changes a judgement. `proven`: for every figure, word or truth that it may be; else for each
    between `low` and `high`."""

    name: str
    judgement: str
    proven: bool
    low: float
    high: float


@record
class Flips:
    """All changes found, the smallest first; joint changes that are clearly smaller than any single one; what cannot change a
    judgement; of judgements that are not decided today what decides them; names that were not varied, with the reason."""

    asked: tuple[str, ...]
    flips: tuple[Flip, ...]
    together: tuple[Joint, ...]
    firm: tuple[Firm, ...]
    undecided: tuple[Settled, ...]
    fixed: tuple[Fixed, ...]
    asking: tuple[str, ...]
    """Judgements that are not decided and ask whether something is known: of these nothing is said in `undecided`."""
    aside: tuple[str, ...]
    """Inputs on which none of the judgements rests."""

    @property
    def open(self) -> tuple[str, ...]:
        """The judgements that are not decided, in the order in which they are asked for."""
        there = {s.judgement for s in self.undecided} | set(self.asking)
        return tuple(j for j in self.asked if j in there)


def flips(today: Evaluation, plain: Evaluation, judgements: Sequence[str] = ()) -> Flips:
    """What would change some verdicts and kills; where none is named all verdicts, and all kills that may still happen.
    `plain`: the same with nothing set by hand."""
    program = today.program
    asked = all_judgements(today, judgements)
    decided = tuple(j for j in asked if len(outcomes(today, j)) == 1)
    targets, below = frozenset(decided), {j: program.upstream([j]) for j in decided}
    found: list[Flip] = []
    firm: list[Firm] = []
    figures: list[Varied] = []
    fixed: list[Fixed] = []
    prepared = Prepared(today, stated=False)
    for each in varied(today, targets):
        if isinstance(each, Fixed):
            fixed.append(each)
            continue
        if each.today is not None:
            figures.append(each)
        prober = Prober(prepared, plain, each.name, targets)
        for judgement in decided:
            if each.name in below[judgement]:
                for one in _of(prober, each, judgement):
                    if isinstance(one, Flip):
                        found.append(one)
                    else:
                        firm.append(one)
    found.sort(key=lambda f: f.relative)
    aside = read_by_none(program, program.upstream(asked))
    together = tuple(_together(Cells(prepared, plain, targets), figures, decided, found)) if decided else ()
    undecided = settled(prepared, plain, asked)
    said = {s.judgement for s in undecided}
    asking = tuple(j for j in asked if j not in targets and j not in said)
    return Flips(asked, tuple(found), together, tuple(firm), undecided, tuple(fixed), asking, aside)


def _together(
    cells: Cells, figures: Sequence[Varied], judgements: Sequence[str], alone: Sequence[Flip]
) -> Iterator[Joint]:
    """The smallest joint changes of what facts give, where no single one is as near."""
    program = cells.today.program
    for judgement in judgements:
        below = program.upstream([judgement])
        moving = [f for f in figures if f.name in below and f.name not in program.params]
        names = {f.name for f in moving}
        nearest = min((f.relative for f in alone if f.judgement == judgement and f.name in names and f.first is not None),
                      default=math.inf)  # fmt: skip
        yield from joint(cells, judgement, moving, nearest)


def _of(prober: Prober, each: Varied, judgement: str) -> Iterator[Flip | Firm]:
    """The smallest changes of one name, up and down, that change one judgement; or that there is none."""

    program = prober.today.program

    def question(found: Found) -> Answer:
        return frozenset(said(program, found, judgement))

    if each.today is None:
        yield from _words(prober, each, judgement)
        return
    ends = {True: math.inf, False: -math.inf}
    proven, turned = True, False
    for up in (True, False):
        match turn(prober, each, question, up):
            case Turn(last=last, first=first, answer=there, nearest=nearest):
                at = _short(each, last, first, prober, question, there)
                found = said(program, prober.at(first), judgement)
                yield Flip(each.name, judgement, each.today, at, last, first, found, nearest, each.seen)
                turned = True
            case Open(looked_to=end, proven=sure):
                ends[up], proven = end, False
                if not sure:
                    ends[up] = each.today
            case Never():
                ends[up] = each.high if up else each.low
    if not turned:
        yield Firm(each.name, judgement, proven, ends[False], ends[True])


def _short(each: Varied, last: float, first: float, prober: Prober, question: Question, there: Answer) -> float:
    """A figure of few digits past a turn that gives the same: 39.9% for 0.39999999. What is long is left as it is. Of a turn next
    to nothing it is a millionth of today's figure or more: what is smaller would be written as 0, where a ratio means nothing."""
    if each.today and abs(first) < _TINY * abs(each.today):
        for part in (_TINY, 1e-4, 1e-3, 1e-2):
            found = math.copysign(float(f"{abs(each.today) * part:.1g}"), first - last)
            if each.low <= found <= each.high and question(prober.at(found)) == there:
                return found
    for digits in range(3, 10):
        step = 10.0 ** (math.floor(math.log10(abs(first))) + 1 - digits) if first else 1e-6
        outwards = math.floor(first / step) if first < last else math.ceil(first / step)
        for whole in (round(first / step), outwards):
            found = float(f"{whole * step:.{digits}g}")
            if each.low <= found <= each.high and question(prober.at(found)) == there:
                return found
    return first


def _words(prober: Prober, each: Varied, judgement: str) -> Iterator[Flip | Firm]:
    now = outcomes(prober.today, judgement)
    turned = False
    for other in each.others:
        there = said(prober.today.program, prober.instead(other), judgement)
        if there != now:
            turned = True
            today = prober.today.read(prober.today.values[each.name])
            word = today.possible[0] if isinstance(today, Words) and today.possible else not other
            yield Flip(each.name, judgement, word, other, None, None, there, True, None)
    if not turned:
        yield Firm(each.name, judgement, True, -math.inf, math.inf)
