"""Forecasts that read each other, worlds that would set one of them over its own steps; valuations: whether value and price are
amounts of one thing, and whether the value may come from a division that means nothing; names that have a figure for each segment of
a company: where they may stand.

In: what was linked, and the program made of it. Out: errors and warnings. Must not know facts or values.
"""

from __future__ import annotations

from collections.abc import Iterator

from dsl.link.linked import Linked
from dsl.lowering.settings import of_a_path
from dsl.program import program as p
from dsl.program.declared import valuations
from dsl.program.paths import over_segments, over_worlds, own_steps
from dsl.program.shares import per_share
from dsl.syntax import nodes as s
from dsl.text.diagnostics import Diagnostic, Label
from dsl.text.edits import insert, put
from dsl.text.messages import make
from dsl.types.units import ANY, PERCENTS, Frequency, Kind, Type


def paths(program: p.Program, linked: Linked) -> Iterator[Diagnostic]:
    """Every mistake in how forecasts are read."""
    if program.forecasts:
        yield from _lengths(program, linked)
        yield from _last_steps(program)
        yield from _set(program, linked)
    yield from _weighted(program)


def _length(forecast: p.Forecast) -> str:
    return f"for {forecast.steps} {forecast.unit}{'s' if forecast.steps > 1 else ''}"


def _lengths(program: p.Program, linked: Linked) -> Iterator[Diagnostic]:
    """A path that reads another at each step has no more steps than that one, of the same length."""
    for name, own in program.forecasts.items():
        said: set[str] = set()
        for node in own_steps([own.then]):
            other = program.forecasts.get(node.name)
            if other is None or node.name in said or (other.unit is own.unit and other.steps >= own.steps):
                continue
            said.add(node.name)
            written = linked.entries[node.name].declaration
            horizon = written.horizon if isinstance(written, s.Forecast) else None
            labels = [Label(horizon.span, "it runs so long")] if horizon is not None else []
            fixes = [put(horizon.span, _length(own).removeprefix("for "))] if horizon is not None else []
            yield make("T101", node.span, labels=labels, fixes=fixes, name=name, other=node.name, own=_length(own),
                       its=_length(other))  # fmt: skip


def _last_steps(program: p.Program) -> Iterator[Diagnostic]:
    """A name that is made of the last step of a path, in the steps of another: nobody can tell which step is meant."""
    last: dict[str, str] = {}
    for name in program.order:
        if name not in program.forecasts:
            for node in own_steps(program.expressions(name)):
                path = node.name if node.name in program.forecasts else last.get(node.name)
                if path is not None:
                    last.setdefault(name, path)
    for name, own in program.forecasts.items():
        said: set[str] = set()
        for node in own_steps((own.starts, own.then)):
            path = last.get(node.name)
            if path is not None and node.name not in said:
                said.add(node.name)
                yield make("T102", node.span, name=node.name, ahead=path, own=name, last=program.forecasts[path].steps)


def _set(program: p.Program, linked: Linked) -> Iterator[Diagnostic]:
    """Scenarios, examples and distributions that put a figure in place of a path whose steps are read."""
    for written in _names_set(linked):
        if written.name in program.paths_read:
            yield of_a_path(program, written.name, written.span)


def _names_set(linked: Linked) -> Iterator[s.Name]:
    """The names that scenarios, examples and distributions put a figure in place of, where they are written."""
    for entry in (*linked.entries.values(), *linked.examples, *linked.uncertain.values()):
        match entry.declaration:
            case s.Scenario(assume=bindings) | s.Example(given=bindings):
                yield from (binding.name for binding in bindings)
            case s.Uncertain(name=name):
                yield name
            case _:
                pass


# --- all scenarios --------------------------------------------------------------------------------------


def _weighted(program: p.Program) -> Iterator[Diagnostic]:
    """What is weighted over scenarios of which none has a probability, or within what is weighted already."""
    asked = [x.condition for example in program.examples for x in example.expect]
    said = [*(e for name in program.order for e in program.expressions(name)), *program.beside, *asked]
    weighing = {name for name in program.order if over_worlds(program.expressions(name))}
    for call in over_worlds(said):
        if call.type.kind is Kind.ANY:
            continue
        if not any(True for _ in program.probabilities):
            mend = "give the scenarios a `probability`, or declare some with `scenario`"
            yield make("T107", call.span, why="no scenario has a probability", mend=mend)
        inside = [each for each in over_worlds(call.arguments) if each is not call]
        nested = sorted(weighing & program.upstream(p.names_in(*call.arguments)))
        if inside or nested:
            what = f"`{nested[0]}`" if nested else f"`{inside[0].text}`"
            yield make("T107", call.span, why=f"{what} is weighted over all of them already", mend="weigh it once")


# --- valuations --------------------------------------------------------------------------------------------


def mismatched(program: p.Program) -> Iterator[Diagnostic]:
    """A value of a whole company against the price of one share, or the other way round."""
    for one in valuations(program.metrics):
        value, price = per_share(program, one.value), per_share(program, one.price)
        if value is None or price is None or value is price:
            continue
        words = {True: "an amount per share", False: "an amount of the whole company"}
        mend = "divide it by the number of shares" if price else "compare it with the price of one share"
        labels = [Label(one.price.span, words[price])]
        yield make("T105", one.value.span, labels=labels, name=one.name, value=words[value], other=one.price.name,
                   price=words[price], mend=mend)  # fmt: skip


def unguarded(program: p.Program) -> Iterator[Diagnostic]:
    """A division by a difference below a valuation that says nowhere when it means something: the growth of a terminal value that
    reaches the rate makes it endless, and beyond that negative."""
    said: set[str] = set()
    for one in valuations(program.metrics):
        for name in program.below([one.name]):
            metric = program.metrics.get(name)
            if metric is None or metric.origin != program.name or metric.meaningful is not None or name in said:
                continue
            under = next(_differences(metric.value), None)
            if under is None:
                continue
            said.add(name)
            bare = under.text.removeprefix("(").removesuffix(")")
            end = metric.value.span
            fix = insert(end.source.span(end.end, end.end), f"\n  meaningful when {bare} > 0",
                         f"add `meaningful when {bare} > 0`")  # fmt: skip
            yield make("T104", under.span, fixes=[fix], name=name, under=bare, valued=one.name)


def _differences(expr: p.Expr) -> Iterator[p.Arithmetic]:
    """What is divided by in an expression that is one figure less another."""
    for node in p.walk(expr):
        if isinstance(node, p.Arithmetic) and node.operator == "/":
            under = node.right
            if isinstance(under, p.Arithmetic) and under.operator == "-" and p.names_in(under.right):
                yield under


_OF_A_YEAR = {Frequency.DAY: "1 / 365", Frequency.WEEK: "1 / 52", Frequency.MONTH: "1 / 12", Frequency.QUARTER: "0.25",
              Frequency.HALF: "0.5"}  # fmt: skip
"""Which part of a year a step is, as a power is written."""


def rates_of_steps(program: p.Program) -> Iterator[Diagnostic]:
    """A rate that stands alone beside a path of less than a year a step: most rates are those of a year. One that is called by
    the step (`rate_per_quarter`), or is worked out, is meant."""
    for name in program.order:
        if program.declared(name).origin != program.name:
            continue
        for node in (n for expr in program.expressions(name) for n in p.walk(expr)):
            if not isinstance(node, p.Call) or node.function != "npv":
                continue
            path, rate = node.arguments
            steps = program.forecasts.get(path.name) if isinstance(path, p.PathRef) else None
            part = _OF_A_YEAR.get(steps.unit) if steps is not None else None
            if steps is None or part is None or not _of_no_said_step(program, rate, steps.unit):
                continue
            yearly = f"(1 + {rate.text}) ^ ({part}) - 1" if "/" in part else f"(1 + {rate.text}) ^ {part} - 1"
            yield make("T109", rate.span, fixes=[put(rate.span, yearly)], ahead=steps.name, unit=steps.unit,
                       rate=rate.text, yearly=yearly)  # fmt: skip


def _of_no_said_step(program: p.Program, rate: p.Expr, unit: Frequency) -> bool:
    """Whether a rate stands alone, and nothing in its name says of which step it is."""
    if isinstance(rate, p.Const):
        return rate.value != 0
    if not isinstance(rate, p.Ref):
        return False
    said = f"{rate.name} {program.declared(rate.name).title}".lower()
    return unit.value not in said and "step" not in said


# --- segments ----------------------------------------------------------------------------------------------
# A name that is declared `by segment` means a figure within `sum over segments(…)` alone. Anywhere else it could mean the figure of
# the group or the sum, and the two differ by what no segment bears: such a name is refused there, and nothing is guessed.


def segments(program: p.Program, linked: Linked) -> Iterator[Diagnostic]:
    """Every mistake in how names by segment are read, set and added up."""
    own = {name for name, declared in program.inputs.items() if declared.by_segment}
    said = [*(e for name in program.order for e in program.expressions(name)), *program.beside]
    said += [x.condition for example in program.examples for x in example.expect]
    for expr in said:
        for call in over_segments([expr]):
            yield from _added(program, call, own)
        for ref in _outside(expr):
            if ref.name in own:
                adds = _adds(program.inputs[ref.name].type)
                way = f"sum over segments({ref.name})"
                mend = f"add it up: `{way}`" if adds else f"read it there, such as in `{_a_sum(program, ref.name)}`"
                where = Label(program.inputs[ref.name].span, "declared by segment here")
                yield make(
                    "T160",
                    ref.span,
                    labels=[where],
                    fixes=[put(ref.span, way)] if adds else [],
                    name=ref.name,
                    mend=mend,
                )
    yield from _set_by_hand(linked, own)
    yield from _twice(program, own)


def _outside(expr: p.Expr) -> Iterator[p.Ref]:
    """The names that are read in an expression outside any sum over segments."""
    if isinstance(expr, p.Ref):
        yield expr
    elif not (isinstance(expr, p.Call) and list(over_segments([expr], inner=False))[:1] == [expr]):
        for child in p.children(expr):
            yield from _outside(child)


def _adds(kind: Type) -> bool:
    """Whether figures of segments are parts of one figure. A ratio of each, a growth or an amount per share is none."""
    return kind.kind in (Kind.MONEY, Kind.COUNT, Kind.NUMBER, Kind.RATIO, Kind.ANY) and not kind.share


def _added(program: p.Program, call: p.Call, own: set[str]) -> Iterator[Diagnostic]:
    """What stands in one sum."""
    [amount] = call.arguments
    if amount.type.kind is Kind.ANY:
        return
    if any(node is not call for node in over_segments([call])):
        mend = "add up once; what is of the group is a metric of its own"
        yield make("T161", call.span, what="stands within another one", mend=mend)
        return
    if not own & p.names_in(amount):
        known = sorted(own)
        mend = f"name an input that comes by segment, such as `{known[0]}`" if known else (
            "declare an input of each segment: `input profit : money per year by segment`")  # fmt: skip
        yield make("T161", amount.span, what="adds up nothing that has a figure for each segment", mend=mend)
    elif not _adds(amount.type):
        percent = amount.type.kind in PERCENTS
        mend = (
            "multiply it by the amount of which it is a part" if percent else "multiply it by an amount of each segment"
        )
        what = f"adds up amounts, and `{amount.text}` is {amount.type}"
        yield make("T161", amount.span, what=what, mend=mend)


def _set_by_hand(linked: Linked, own: set[str]) -> Iterator[Diagnostic]:
    """Worlds that set such a name to one figure, and headers that show it."""
    for written in _names_set(linked):
        if written.name in own:
            mend = "set a param instead by which the figure of each segment is multiplied"
            yield make("T160", written.span, name=written.name, mend=mend)


def _twice(program: p.Program, own: set[str]) -> Iterator[Diagnostic]:
    """`profit.cloud` is the profit of cloud: no module may bring a name that is written so."""
    for table in program.tables.values():
        for name, declared in table.items():
            first, dot, _ = name.rpartition(".")
            if dot and first in own and getattr(declared, "type", ANY) is not None:
                what = f"could not tell `{name}`, which a module brings, from `{first}` of a segment"
                yield make("T161", declared.span, what=what, mend=f"use the module under another prefix than `{first}`")


def _a_sum(program: p.Program, name: str) -> str:
    """A sum of the program in which a name by segment is read, as it was written; else how one is written."""
    said = (e for each in program.order for e in program.expressions(each))
    return next(
        (call.text for call in over_segments(said) if name in p.names_in(call)), f"sum over segments(… {name} …)"
    )
