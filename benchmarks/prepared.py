"""What another world costs: the same thesis evaluated from the start, prepared, and in Python written by hand.

    python -m benchmarks.prepared [TURNS]

Processor time, in turn, as medians of the ratios of each turn: a busy machine says little.

- The representative thesis: 20 inputs, 15 metrics, 12 conditions, 3 tables. `all` sets every input anew, `one` a single one, as
  `thesis flip` does. By hand: straight lines of Python from 20 floats to the outcomes of three tables, with no
  causes and no facts. `values`: what the three tables say, by generated code; `facts`: all 51 names with the facts on which each
  rests, by generated code (in such worlds nothing has a cause); `tape`: the tables as values with causes and facts, as they come out also
  where bounds, unknown or not meaningful figures are about; `engine`: the whole evaluation again.
- A chain and a bush of 1,000 metrics of which one input changes: the engine again, and what is read of one table, against the
  reference from the start.
- `thesis flip alibaba`: how many worlds it asks, and what all of it costs against one evaluation from the start.
"""

from __future__ import annotations

import datetime as dt
import gc
import random
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from statistics import median
from typing import Any

from dsl.check.checker import Checked, check_file
from dsl.link.library import Library
from dsl.program import program as p
from dsl.text.source import SourceFile
from evaluator.engine import graph as graphs
from evaluator.engine.evaluate import evaluate
from evaluator.engine.evaluation import World
from evaluator.explore import flips as flips_module
from evaluator.prepared.form import Form
from evaluator.prepared.prepared import Prepared
from evaluator.readers.load import read_company
from evaluator.session.run import Run, run

DAY = dt.date(2026, 5, 14)
INPUTS, METRICS, CONDITIONS = 20, 15, 12
TURNS = 9
WORLDS = 40
AGAIN = 100
"""So often what is written by hand is done, since once is too short to measure."""


def representative() -> str:
    """The rules: each metric of two inputs, each condition of a metric and an input, tables over conditions."""
    lines = ["rules main", *(f'input i{n} "Input {n}" : number' for n in range(INPUTS))]
    forms = ("i{a} + i{b}", "i{a} - i{b}", "i{a} * i{b}", "i{a} / i{b}", "(i{a} + i{b}) / i{c}")
    for n in range(METRICS):
        a, b, c = n % INPUTS, (n * 3 + 1) % INPUTS, (n * 7 + 2) % INPUTS
        lines.append(f"metric m{n} = " + forms[n % len(forms)].format(a=a, b=b, c=c))
    lines.append('pillar p "?"')
    for n in range(CONDITIONS):
        side = "bull" if n % 2 == 0 else "bear"
        lines.append(f'{side} c{n} "C{n}" on p when m{n} > {n + 1} and i{(n * 5 + 3) % INPUTS} < {40 - n}')
    for n in range(3):
        rows = [f'when c{4 * n + k} and not c{(4 * n + k + 1) % CONDITIONS} then "Row {k}"' for k in range(4)]
        lines.append(f'verdict v{n} "V{n}" ' + " ".join(rows) + ' otherwise "Else"')
    return "\n".join(lines) + "\n"


def written_by_hand() -> Callable[[list[float]], tuple[str, ...]]:
    """The same as a function of straight lines, a line for each metric, condition and row."""
    forms = ("i[{a}] + i[{b}]", "i[{a}] - i[{b}]", "i[{a}] * i[{b}]", "i[{a}] / i[{b}]", "(i[{a}] + i[{b}]) / i[{c}]")
    lines = ["def thesis(i):"]
    for n in range(METRICS):
        a, b, c = n % INPUTS, (n * 3 + 1) % INPUTS, (n * 7 + 2) % INPUTS
        lines.append(f"    m{n} = " + forms[n % len(forms)].format(a=a, b=b, c=c))
    lines += [f"    c{n} = m{n} > {n + 1} and i[{(n * 5 + 3) % INPUTS}] < {40 - n}" for n in range(CONDITIONS)]
    for n in range(3):
        for k in range(4):
            lines.append(
                f"    {'el' if k else ''}if c{4 * n + k} and not c{(4 * n + k + 1) % CONDITIONS}: v{n} = 'Row {k}'"
            )
        lines.append(f"    else: v{n} = 'Else'")
    lines.append("    return v0, v1, v2")
    known: dict[str, Callable[[list[float]], tuple[str, ...]]] = {}
    exec("\n".join(lines), known)
    return known["thesis"]


def big(shape: str, size: int = 1000) -> str:
    """A graph of so many metrics: a chain of ten, a hundred times beside each other, or a bush."""
    lines = ["rules main", *(f'input i{n} "Input {n}" : number' for n in range(size // 10))]
    for n in range(size):
        before = f"m{n - 1}" if n % 10 else f"i{n // 10}"
        lines.append(f"metric m{n} = {before} * 1.01 + {'i0' if shape == 'bush' and n % 50 == 0 else 1}")
    last = [f"m{n}" for n in range(9, size, 10)]
    lines.append('pillar p "?"')
    lines += [f'bull c{n} "C{n}" on p when {name} > {n % 7 + 5}' for n, name in enumerate(last)]
    rows = " ".join(f'when c{n} then "Row {n}"' for n in range(0, len(last), 10))
    lines.append(f'verdict v "V" {rows} otherwise "Else"')
    return "\n".join(lines) + "\n"


def ran(rules: str) -> Run:
    """A run on invented facts of one day."""
    checked = check_file(SourceFile("main.thesis", rules), Library(()))
    assert checked.program is not None, checked.diagnostics
    draw = random.Random(1)
    entries = (
        f"  {name}:\n    - {{date: 2026-04-30, value: {draw.uniform(1, 50):.3f}, published: 2026-05-01,"
        f' kind: reported, source: "invented"}}\n'
        for name in checked.program.inputs
    )
    head = "name: Invented\nticker: INV\ncurrency: USD\nfiscal_year_ends: 12-31\nfacts:\n"
    company, _ = read_company(SourceFile("facts.yaml", head + "".join(entries)))
    found = run(checked, company, DAY)
    assert isinstance(found, Run)
    return found


def worlds(of: Run, names: list[str]) -> list[tuple[World, list[float]]]:
    """Worlds in which some inputs are others, with the figures of all."""
    draw = random.Random(2)
    today = of.evaluation
    found = []
    for _ in range(WORLDS):
        figures = {n: draw.uniform(1, 50) for n in names}
        replaced = {n: _const(of.program, n, x) for n, x in figures.items()}
        whole = [figures.get(n, getattr(today.read(today.values[n]), "low", 0.0)) for n in of.program.inputs]
        found.append((replace(today.world, replaced=replaced), whole))
    return found


def _const(program: p.Program, name: str, value: float) -> p.Const:
    declared = program.inputs[name]
    return p.Const(declared.span, declared.type.single, value=value)


# --- measuring --------------------------------------------------------------------------------------------------------


def seconds(work: Callable[[], object]) -> float:
    """Processor time of one call, begun with a clean heap."""
    gc.collect()
    began = time.process_time()
    work()
    return time.process_time() - began


def ratios(ways: dict[str, Callable[[], object]], base: str, turns: int) -> dict[str, float]:
    """Each way against one of them, in turn."""
    for work in ways.values():
        work()
    found: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(turns):
        taken = {name: seconds(work) for name, work in ways.items()}
        for name, time_taken in taken.items():
            found[name].append(time_taken / taken[base])
    return {name: median(each) for name, each in found.items()}


def _each(work: Callable[[Any], object], items: Iterable[object]) -> None:
    for item in items:
        work(item)


def from_the_start(of: Run) -> Callable[[World], object]:
    """The reference evaluator."""
    order, today = graphs.order(of.graph), of.evaluation
    return lambda world: evaluate(of.program, order, today.view, world, (), today.events, today.past)


def thesis(turns: int) -> Iterator[str]:
    """The representative thesis against Python by hand."""
    of = ran(representative())
    verdicts, by_hand = tuple(of.program.verdicts), written_by_hand()
    for what, names in (("all 20 inputs", tuple(of.program.inputs)), ("one input", ("i3",))):
        given = worlds(of, list(names))
        prepared, reference = Prepared(of.evaluation, stated=False), from_the_start(of)
        form = Form(prepared, of.evaluation, names, frozenset(of.program.order))
        values, facts = form.quick(verdicts), form.quick_with_facts(tuple(of.program.order))
        places = [list(of.program.inputs).index(n) for n in names]
        set_here = [tuple(figures[at] for at in places) for _, figures in given]
        for (world, figures), plain in zip(given, set_here, strict=True):
            there = prepared.evaluated(world, frozenset(verdicts))
            outcomes = tuple(there.read(there.values[v]).possible[0] for v in verdicts)  # type: ignore[union-attr,index]
            assert outcomes == by_hand(figures) == values(plain), "by hand it is the same thesis"
            judged = dict(zip(of.program.order, facts(plain), strict=True))
            assert all(
                judged[v] == (word, there.read(there.values[v]).facts)
                for v, word in zip(verdicts, outcomes, strict=True)
            )

        def taped(plain: tuple[float, ...], form: Form = form) -> object:
            there = form.at([(x, x) for x in plain])
            return [there.now(v) for v in verdicts]

        ways: dict[str, Callable[[], object]] = {
            "by hand": partial(_each, by_hand, [figures for _, figures in given] * AGAIN),
            "values": partial(_each, values, set_here * AGAIN),
            "facts": partial(_each, facts, set_here * AGAIN),
            "tape": partial(_each, taped, set_here),
            "engine": partial(
                _each, partial(prepared.evaluated, wanted=frozenset(verdicts)), [world for world, _ in given]
            ),
            "reference": partial(_each, reference, [world for world, _ in given]),
        }
        found = ratios(ways, "by hand", turns)
        often = {name: 1 if name in ("values", "facts") else AGAIN for name in ways}
        said = ", ".join(f"{name} {found[name] * often[name]:.3g}" for name in ways if name != "by hand")
        yield f"{what} set anew, times Python by hand: {said}"


def incremental(turns: int) -> Iterator[str]:
    """One input of a graph of 1,000 metrics."""
    for shape in ("chains", "bush"):
        of = ran(big(shape))
        name = "i0" if shape == "bush" else "i10"
        given = worlds(of, [name])[:5]
        prepared, reference = Prepared(of.evaluation, stated=False), from_the_start(of)
        form = Form(prepared, of.evaluation, (name,), frozenset({"v"}))
        read = form.quick(["v"])
        plain = [(figures[list(of.program.inputs).index(name)],) for _, figures in given]
        ways: dict[str, Callable[[], object]] = {
            "reference": partial(_each, reference, [world for world, _ in given]),
            "prepared": partial(_each, prepared.evaluated, [world for world, _ in given]),
            "read": partial(_each, read, plain * AGAIN),
        }
        found = ratios(ways, "reference", turns)
        yield (
            f"one input of 1,000 metrics, {shape}: all that rests on it {found['prepared']:.4f} of a run from the start, "
            f"what one table says {found['read'] / AGAIN:.2g}"
        )


def flip(turns: int) -> Iterator[str]:
    """`thesis flip alibaba`."""
    from evaluator.session.fact_files import facts_about
    from evaluator.session.places import find_rules, library
    from evaluator.session.reading import check_rules, load_facts

    places = library()
    path = find_rules("alibaba", places)
    assert path is not None
    company = load_facts(*facts_about("BABA", (), path).read, ticker="BABA")[0]
    checked = check_rules(path, places)
    assert isinstance(checked, Checked)
    of = run(checked, company, DAY, places=places)
    assert isinstance(of, Run)
    count = 0
    original = Form.at

    def counted(self: Form, *args: object, **named: object) -> object:
        nonlocal count
        count += 1
        return original(self, *args, **named)  # type: ignore[arg-type]

    Form.at = counted  # type: ignore[assignment,method-assign]
    flips_module.flips(of.evaluation, of.plain())
    Form.at = original  # type: ignore[method-assign]
    reference = from_the_start(of)
    found = ratios(
        {
            "reference": lambda: [reference(of.evaluation.world) for _ in range(5)],
            "flip": lambda: flips_module.flips(of.evaluation, of.plain()),
        },
        "reference",
        min(turns, 3),
    )
    each = found["flip"] * 5 / count
    yield f"flip alibaba: {count} worlds, each {each:.4f} of an evaluation from the start; all {found['flip'] * 5:.1f} of these"


def main() -> None:
    """Prints what it measured."""
    turns = int(sys.argv[1]) if len(sys.argv) > 1 else TURNS
    for part in (thesis, incremental, flip):
        for line in part(turns):
            print(line, flush=True)


if __name__ == "__main__":
    main()
