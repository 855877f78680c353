"""Grids of worlds: one name or two set to a range of values, and what verdicts and figures come to in each world.

In: a `Run`, grids as they are typed. Out: `Plan`, then axes and grids of the result model; what cannot be meant is `Failed`.
Must not know files or how it is printed, nor the clock.

A value of a grid is a text as `--set` takes it, and goes the way of `--set`: laws in tests hold each cell to such a run.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Literal

from dsl.program import program as p
from dsl.text.messages import did_you_mean
from evaluator.codes.messages import make
from evaluator.engine.evaluation import Evaluation
from evaluator.engine.verdicts import score
from evaluator.prepared.form import Form, plainly
from evaluator.prepared.plain import Plain, single
from evaluator.prepared.prepared import Prepared
from evaluator.report.checks import PERCENT, kind_of, shown, title
from evaluator.schema import worlds as w
from evaluator.schema.parts import Shown
from evaluator.session.reading import Failed
from evaluator.session.run import Run
from evaluator.session.service import in_words, no_name, settings_for
from evaluator.values.display import describe
from evaluator.values.values import Figure, Single, Truth, Words

MOST_CELLS = 100_000
"""So many worlds a grid may have."""
DIGITS = 12
"""A value between the ends of a range is written with so many digits that count."""
SCORE = "score"
Role = Literal["verdict", "score", "pillar", "condition", "kill", "figure", "other"]
Tick = Callable[[int, int], None]
Timed = Callable[[Callable[[], object]], float]

_RANGE = re.compile(r"(?P<low>[^:]*?)\.\.(?P<high>[^:]*):\s*(?P<count>[0-9]+)\s*")
_FIGURE = re.compile(r"\s*(?P<number>[-+−]?[0-9]+(?:\.[0-9]+)?)\s*(?P<unit>.*?)\s*")


class Plan:
    """A grid that can be evaluated: its axes, each value with what it sets, and the names that are looked at."""

    def __init__(
        self, run: Run, axes: Mapping[str, Sequence[tuple[str, p.Expr]]], of: Sequence[w.Asked], notes: Sequence[str]
    ) -> None:
        self.run, self.axes, self.of, self.notes = run, axes, tuple(of), tuple(notes)
        self.tick: Tick = lambda done, of: None
        """Told how many of how many worlds are done."""

    @property
    def count(self) -> int:
        """How many worlds there are."""
        return math.prod(len(values) for values in self.axes.values())

    @cached_property
    def plain(self) -> Evaluation:
        """The same with nothing set by hand."""
        return self.run.plain()

    @cached_property
    def prepared(self) -> Prepared:
        """Today's, to be evaluated in other worlds."""
        return Prepared(self.run.evaluation)

    @property
    def seen_alone(self) -> int:
        """How many worlds are evaluated for the values of the axes alone."""
        return sum(len(values) for values in self.axes.values())

    def world(self, *at: int) -> Evaluation:
        """A world by the place of its value on each axis."""
        given = {name: values[n][1] for (name, values), n in zip(self.axes.items(), at, strict=True)}
        return self.run.assuming(given, self.plain, self.prepared)


def planned(run: Run, texts: Sequence[str], show: Sequence[str] = (), timed: Timed | None = None) -> Plan | Failed:
    """Grids as they are typed, one for each axis: `growth=10%..50%:9` (nine values from 10% to 50%) or `stage=early,growing`.

    `show`: the names that are looked at (none: the first verdict, else the score, else the first metric that rests on an axis).
    `timed`: how many seconds something takes, for whoever may read the clock, so that a refusal says how long it would be.
    Failed (wrong use) where a grid cannot be read, a name cannot be set to such a value, there are more than two axes or more
    than `MOST_CELLS` worlds, and where an axis bears on nothing that is looked at.
    """
    if len(texts) > 2:
        return _wrong(f"{len(texts)} grids are asked for", "write one --grid, or two: a page has no third direction")
    axes: dict[str, list[tuple[str, p.Expr]]] = {}
    for text in texts:
        found = _axis(run, text)
        if isinstance(found, Failed):
            return found
        name, values = found
        if name in axes:
            return _wrong(f"`{name}` is varied twice", "name another for the second --grid")
        axes[name] = values
    count = math.prod(len(values) for values in axes.values())
    if count > MOST_CELLS:
        one = Plan(run, {name: values[:1] for name, values in axes.items()}, (), ())
        at = [0] * len(axes)
        each = timed(lambda: one.world(*at)) if timed is not None else None
        return _wrong(too_many(count, each), f"ask for fewer values: the most is {MOST_CELLS:,} worlds")
    of = _looked_at(run, list(axes), show)
    if isinstance(of, Failed):
        return of
    return _bearing(run, axes, of)


def too_many(count: int, each: float | None = None) -> str:
    """That a grid has too many worlds; with the seconds that each takes also how long it would be."""
    return (
        f"a grid of {count:,} worlds is asked for{f': about {in_words(each * count)} here' if each is not None else ''}"
    )


def _wrong(what: str, mend: str) -> Failed:
    return Failed((make("C002", None, what=what, mend=mend),), wrong_use=True)


# --- axes ---------------------------------------------------------------------------------------------------------


def _axis(run: Run, text: str) -> tuple[str, list[tuple[str, p.Expr]]] | Failed:
    name, equals, rest = (part.strip() for part in text.partition("="))
    example = "write it as NAME=FIRST..LAST:COUNT, such as --grid growth=10%..50%:9, or as NAME=VALUE,VALUE"
    if not (name and equals and rest):
        return _wrong(f"`--grid {text}` does not say what to vary, or between what", example)
    if name not in run.evaluation.values:
        return Failed((no_name(run, name),), wrong_use=True)
    if ".." in rest:
        values = _range(name, rest, example)
        if isinstance(values, Failed):
            return values
    else:
        values = [value.strip() for value in rest.split(",")]
        if len(values) < 2 or not all(values):
            return _wrong(f"`--grid {text}` has no two values", example)
        if len(set(values)) < len(values):
            return _wrong(f"`--grid {text}` has a value twice", "write each once")
    made = []
    for value in values:
        given = settings_for(run.program, [f"{name}={value}"])
        if isinstance(given, Failed):
            return given
        made.append((value, given[name]))
    return name, made


def _range(name: str, text: str, example: str) -> list[str] | Failed:
    """The values of `10%..50%:9`, as they are typed."""
    found = _RANGE.fullmatch(text)
    if found is None:
        return _wrong(f"`{name}={text}` is no range", example)
    ends = [_FIGURE.fullmatch(found[end]) for end in ("low", "high")]
    if ends[0] is None or ends[1] is None:
        return _wrong(f"the ends of `{name}={text}` are no figures", f"{example}; words and dates stand in a list")
    units = [" ".join(end["unit"].split()) for end in ends if end is not None]
    if units[0] != units[1]:
        return _wrong(
            f"the ends of `{name}={text}` are in two units, `{units[0]}` and `{units[1]}`", "write both in one unit"
        )
    low, high = (Fraction(end["number"].replace("−", "-")) for end in ends if end is not None)
    count = int(found["count"][:12])
    if low >= high:
        return _wrong(f"`{name}={text}` does not run upwards", "write the smaller end first")
    if count < 2:
        return _wrong(f"`{name}={text}` has no two values", "ask for 2 values at least: both ends are among them")
    if count > MOST_CELLS:
        return _wrong(f"`{name}={text}` has {count:,} values", f"ask for fewer: the most is {MOST_CELLS:,} worlds")
    glue = "" if units[0] in ("%", "x", "pp") or units[0][:1] in "kmbt" else " "
    steps = (low + (high - low) * n / (count - 1) for n in range(count))
    return [f"{_decimal(step)}{glue}{units[0]}".strip() for step in steps]


def _decimal(value: Fraction) -> str:
    """A number as it is typed: exact where its digits end, else with `DIGITS` that count."""
    whole = value.denominator
    for prime in (2, 5):
        while whole % prime == 0:
            whole //= prime
    if whole == 1:
        places = max(0, len(str(value.denominator)) * 4)
        text = f"{'-' if value < 0 else ''}{_places(abs(value), places)}"
    else:
        size = math.floor(math.log10(abs(value)))
        text = f"{'-' if value < 0 else ''}{_places(abs(value), max(0, DIGITS - 1 - size))}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _places(value: Fraction, places: int) -> str:
    scaled = round(value * 10**places)
    digits = f"{scaled:0{places + 1}d}"
    return f"{digits[: len(digits) - places]}.{digits[len(digits) - places :]}" if places else digits


# --- what is looked at ------------------------------------------------------------------------------------------------


def asked(program: p.Program) -> list[w.Asked]:
    """The verdicts, pillars, conditions and kills of rules."""
    names = (*program.verdicts, *program.pillars, *program.conditions, *program.kills)
    return [named(program, name) for name in names]


def named(program: p.Program, name: str) -> w.Asked:
    """A name with its role."""
    role: Role = (
        "score" if name == SCORE and name not in program.order
        else "verdict" if name in program.verdicts
        else "pillar" if name in program.pillars
        else "condition" if name in program.conditions
        else "kill" if name in program.kills
        else "figure"
    )  # fmt: skip
    tones = {row.outcome: row.tone for row in program.verdicts[name].rows if row.tone} if role == "verdict" else {}
    return w.Asked(name=name, title="Score" if role == "score" else title(program, name), role=role, tones=tones)


def _looked_at(run: Run, axes: Sequence[str], show: Sequence[str]) -> list[w.Asked] | Failed:
    program = run.program
    if not show:
        moving = program.downstream(axes)
        first = next((n for n in program.verdicts if n in moving), None)
        if first is None and any(n in moving for n in program.conditions):
            first = SCORE
        first = first or next((n for n in program.metrics if n in moving and n not in axes), None)
        if first is None:
            first = next(iter(program.verdicts), None) or SCORE
        return [named(program, first)]
    unknown = [n for n in show if n not in run.evaluation.values and n != SCORE]
    if unknown:
        return Failed(tuple(no_name(run, n) for n in unknown), wrong_use=True)
    return [named(program, n) for n in dict.fromkeys(show)]


def _below(program: p.Program, of: w.Asked) -> frozenset[str]:
    return program.upstream(list(program.conditions) if of.role == "score" else [of.name])


def _bearing(run: Run, axes: Mapping[str, Sequence[tuple[str, p.Expr]]], of: Sequence[w.Asked]) -> Plan | Failed:
    """That each axis bears on something that is looked at; what it does not bear on is said."""
    program, notes = run.program, []
    for name in axes:
        without = [each for each in of if name not in _below(program, each)]
        if len(without) == len(of):
            what = f"nothing that is looked at rests on `{name}`: {', '.join(each.title for each in of)}"
            figures = [n for n in program.in_order(_below(program, of[0])) if _varies(program, n)]
            mend = did_you_mean(
                name, figures, f"vary one of {', '.join(figures[:12]) or 'none'}, or name another with --show"
            )
            return _wrong(what, mend)
        notes += [f"{each.title} does not rest on {title(program, name)}" for each in without]
    return Plan(run, axes, of, notes)


def _varies(program: p.Program, name: str) -> bool:
    return name in program.inputs or name in program.params


# --- evaluated ------------------------------------------------------------------------------------------------------


def grids(run: Run, plan: Plan) -> tuple[list[w.Axis], list[w.Grid], list[str]]:
    """The axes, what each name that is looked at comes to in every world, and what is to be said."""
    rows: list[list[list[w.Cell]]] = [[] for _ in plan.of]
    done, plain = 0, PlainCells(plan)
    for places in _places_of(plan):
        made: list[list[w.Cell]] = [[] for _ in plan.of]
        for at in places:
            for cells, cell in zip(made, plain(at) or evaluated_cells(plan, at), strict=True):
                cells.append(cell)
            done += 1
            plan.tick(done, plan.count)
        for cells_of, row in zip(rows, made, strict=True):
            cells_of.append(row)
    today = run.evaluation
    found = [w.Grid(of=o, today=_cell(today, o), cells=c) for o, c in zip(plan.of, rows, strict=True)]
    same = [
        f"{grid.of.title} is the same in every world of the grid"
        for grid in found
        if len({cell.model_dump_json() for row in grid.cells for cell in row}) == 1
    ]
    return [_shown_axis(plan, number) for number in range(len(plan.axes))], found, [*plan.notes, *same]


def evaluated_cells(plan: Plan, at: Sequence[int]) -> list[w.Cell]:
    """What each name that is looked at comes to in a world."""
    there = plan.world(*at)
    return [_cell(there, each) for each in plan.of]


class PlainCells:
    """The cells of worlds in which each name that is looked at comes to one figure, truth or word, by generated code: each value of an
    axis is evaluated once, and then no world is."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._made: dict[tuple[int, Plain], w.Cell] = {}
        today, of = plan.run.evaluation, plan.of
        names = [o.name for o in of if o.role not in ("score", "condition")]
        states = [o.name for o in of if o.role == "condition"]
        scored = any(o.role == "score" for o in of)
        found = [*names, *states, *([SCORE] if scored else [])]
        self._order = [found.index(o.name) for o in of]
        self._axes = self._figures() if plan.count > plan.seen_alone else None
        self._run: Callable[[Sequence[Plain]], tuple[Plain, ...] | None] | None = None
        if self._axes is not None:
            below = frozenset({*names, *states, *(today.program.conditions if scored else ())})
            form = Form(plan.prepared, plan.plain, tuple(plan.axes), below, bare=True)
            self._run = form.plainly(names, states, scored)

    def __call__(self, at: Sequence[int]) -> list[w.Cell] | None:
        """The cells of a world; None where it has to be evaluated."""
        if self._run is None or self._axes is None:
            return None
        given = [x for values, n in zip(self._axes, at, strict=True) if (x := values[n]) is not None]
        found = self._run(given) if len(given) == len(at) else None
        if found is None:
            return None
        return [self._cell(n, found[place]) for n, place in enumerate(self._order)]

    def _figures(self) -> list[list[Plain | None]] | None:
        """What each axis is set to, in the unit of its values; None for what is not one figure, truth or word. None where a value of
        an axis rests on other names or is of several periods, or where money is foreign."""
        found: list[list[Plain | None]] = []
        for number, (name, values) in enumerate(self._plan.axes.items()):
            at = [0] * len(self._plan.axes)
            found.append([])
            for place, (_, expr) in enumerate(values):
                if isinstance(expr, p.ByPeriod) or p.names_in(expr):
                    return None
                at[number] = place
                there = self._plan.world(*at)
                if there.currencies.get(name) or self._plan.plain.currencies.get(name):
                    return None
                found[-1].append(plainly(there.of(name)))
        return found

    def _cell(self, number: int, value: Plain) -> w.Cell:
        cell = self._made.get((number, value))
        if cell is None:
            cell = self._made[number, value] = _plain_cell(self._plan.run.evaluation, self._plan.of[number], value)
        return cell


def _plain_cell(today: Evaluation, of: w.Asked, value: Plain) -> w.Cell:
    if of.role == "kill":
        return _in_words(["true" if value else "false"])
    if of.role in ("verdict", "pillar", "condition"):
        return _in_words([str(value)])
    if of.role == "score":
        return _figure(shown(today, single(value), PERCENT, signed=True))
    return _named(today, of.name, single(value))


def _places_of(plan: Plan) -> Iterator[list[tuple[int, ...]]]:
    """The places of the cells of each row."""
    first, *more = (len(values) for values in plan.axes.values())
    for row in range(first):
        yield [(row, column) for column in range(more[0])] if more else [(row,)]


def _shown_axis(plan: Plan, number: int) -> w.Axis:
    name, values = list(plan.axes.items())[number]
    today, program = plan.run.evaluation, plan.run.program
    at = [0] * len(plan.axes)
    seen = []
    for place in range(len(values)):
        at[number] = place
        seen.append(_value(plan.world(*at), name))
    settings = [f"{name}={text}" for text, _ in values]
    return w.Axis(name=name, title=title(program, name), today=_value(today, name), values=seen, settings=settings)


def _value(evaluation: Evaluation, name: str) -> Shown:
    return shown(evaluation, evaluation.of(name), kind_of(evaluation, name), name=name)


def says(evaluation: Evaluation, name: str, role: Role) -> list[str]:
    """What a verdict, pillar, condition or kill says: outcomes that are possible, a state, whether it has happened or does."""
    if role in ("verdict", "pillar"):
        words = evaluation.of(name)
        assert isinstance(words, Words)
        return list(words.possible or ())
    if role == "condition":
        return [evaluation.judged[name].state.value]
    held = evaluation.happened(evaluation.program.kills[name]).value
    return ["unknown" if held is None else "true" if held else "false"]


def _cell(there: Evaluation, of: w.Asked) -> w.Cell:
    if of.role in ("verdict", "pillar", "condition", "kill"):
        return _in_words(says(there, of.name, of.role))
    if of.role == "score":
        found = score(there)
        if found is None:
            return w.Cell(text="none", known=False, low=None, high=None, outcomes=None)
        return _figure(shown(there, found, PERCENT, signed=True))
    return _named(there, of.name, there.of(of.name))


def _in_words(words: list[str]) -> w.Cell:
    known = len(words) == 1 and words != ["unknown"]
    return w.Cell(text=" or ".join(words), known=known, low=None, high=None, outcomes=words)


def _named(there: Evaluation, name: str, value: Single) -> w.Cell:
    kind = kind_of(there, name)
    if isinstance(value, Figure):
        return _figure(shown(there, value, kind, name=name))
    text = describe(value, kind)
    known = value.value is not None if isinstance(value, Truth) else value.known
    return w.Cell(text=text, known=known, low=None, high=None, outcomes=[text])


def _figure(value: Shown) -> w.Cell:
    low, high = (x + 0.0 if x is not None else None for x in (value.low, value.high))  # no −0
    return w.Cell(text=value.text, known=value.known and value.meaningful, low=low, high=high, outcomes=None)
