"""How the time of a screen grows: with rows, with the graph, with both by a model that is fitted on small runs and held to a large one;
what the command costs before it judges anything."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

import numpy as np
import polars as pl

from benchmarks.columns import here
from benchmarks.columns.measuring import in_turns, timed
from benchmarks.columns.plot import Line, drawn
from benchmarks.columns.thesis import DAY, INPUTS, checked, data, rules
from benchmarks.processes import ROOT, RUN, seconds_of_process, with_bytecode
from dsl.program.program import Program
from evaluator.columnar.engine import Columnar
from evaluator.screening.protocol import Asked, Table

IMAGES = ROOT / "docs" / "images"
ROWS = (10_000, 100_000, 1_000_000, 10_000_000)
NODES = (50, 500, 5_000)
FITTED_ROWS, FITTED_NODES = (50_000, 100_000, 250_000), (50, 150, 400)
LARGE = 1_000_000, 1_000
TURNS = 5


def measured() -> None:
    """Prints all, and draws what grows."""
    _command()
    _with_rows()
    _with_nodes()
    _model()


# --- the command -----------------------------------------------------------------------------------------------------


def _command() -> None:
    """The start of `thesis screen`, on ten names and on none."""
    with with_bytecode() as environment, tempfile.TemporaryDirectory() as folder:
        universe, thesis = Path(folder) / "names.csv", Path(folder) / "main.thesis"
        thesis.write_text(rules(), encoding="utf-8")
        data(10).write_csv(universe)
        codes = {
            "python -c pass": "pass", "thesis screen --help": RUN.format(args="'screen', '--help'"),
            "thesis screen, ten names": RUN.format(
                args=f"'screen', {str(thesis)!r}, '--universe', {str(universe)!r}, '--as-of', '{DAY}', "
                f"'-o', {str(universe.with_suffix('.parquet'))!r}"
            ),
        }  # fmt: skip
        for code in codes.values():
            seconds_of_process(code, environment)
        taken = {name: [seconds_of_process(code, environment) for _ in range(TURNS)] for name, code in codes.items()}
    for name, each in taken.items():
        print(f"  {name:28} {median(each) * 1e3:8.0f} ms of the processor", flush=True)


# --- rows ------------------------------------------------------------------------------------------------------------


def _with_rows() -> None:
    program = checked(rules())
    lines: dict[str, list[tuple[float, float]]] = {"thesis": [], "polars by hand": []}
    for rows in ROWS:
        frame = data(rows)
        works: dict[str, Callable[[], object]] = {
            "thesis": partial(here.thesis, program, frame), "polars by hand": partial(here.by_hand, frame),
        }  # fmt: skip
        taken = in_turns(works, TURNS)
        for name, each in taken.items():
            lines[name].append((rows, median(cpu for _, cpu in each) * 1e3))
        print(f"  {rows:>10,} rows   " + "   ".join(
            f"{name} {median(clock for clock, _ in each) * 1e3:8.1f} ms, processor {median(cpu for _, cpu in each) * 1e3:8.1f}"
            for name, each in taken.items()
        ), flush=True)  # fmt: skip
    found = drawn(
        "A screen by rows",
        "names",
        "processor time, ms",
        [*(Line(name, points) for name, points in lines.items()), _linear(lines["thesis"])],
    )
    (IMAGES / "columns_rows.svg").write_text(found, encoding="utf-8")


def _linear(points: list[tuple[float, float]]) -> Line:
    """What would grow in line, through the last point."""
    x, y = points[-1]
    return Line("in line with it", [(a, y * a / x) for a, _ in points], dashed=True)


# --- the graph -------------------------------------------------------------------------------------------------------


def graph(nodes: int) -> tuple[Program, Asked]:
    """A graph of so many metrics: chains of ten beside each other, of sums and products; its conditions and its last metric are asked."""
    lines = ["rules main", *(f'input i{n} "Input {n}" : number' for n in range(INPUTS))]
    for n in range(nodes):
        before = f"m{n - 1}" if n % 10 else f"i{n // 10 % INPUTS}"
        lines.append(f"metric m{n} = {before} * {1 + n / 10**5:.5f} + i{n % INPUTS}")  # no two are the same
    lines.append('pillar p "?"')
    lines += [f'bull c{n} "C{n}" on p when m{n} > {n % 7 + 5}' for n in range(9, nodes, 10)]
    program = checked("\n".join(lines) + "\n")
    return program, Asked(conditions=tuple(program.conditions), metrics=(f"m{nodes - 1}",), score=True)


def _screen(program: Program, asked: Asked, frame: pl.DataFrame) -> pl.LazyFrame:
    return Columnar().answers(program, Table(frame.lazy(), DAY), asked)


def _answers(program: Program, asked: Asked, frame: pl.DataFrame) -> pl.DataFrame:
    return _screen(program, asked, frame).collect(engine="streaming")


def _with_nodes() -> None:
    frame = data(20_000)
    whole, compiled = list[tuple[float, float]](), list[tuple[float, float]]()
    for nodes in NODES:
        program, asked = graph(nodes)
        works: dict[str, Callable[[], object]] = {
            "plan": partial(_screen, program, asked, frame), "run": partial(_answers, program, asked, frame),
        }  # fmt: skip
        taken = in_turns(works, TURNS)
        plan, run = (median(cpu for _, cpu in taken[name]) * 1e3 for name in ("plan", "run"))
        compiled.append((nodes, plan))
        whole.append((nodes, run))
        print(
            f"  {nodes:>10,} nodes  {run:8.1f} ms of the processor at 20,000 rows, of these {plan:.1f} to compile",
            flush=True,
        )
    found = drawn(
        "A screen of 20,000 names by the size of the graph", "nodes", "processor time, ms",
        [Line("all of it", whole), Line("compiling", compiled), _linear(whole)],
    )  # fmt: skip
    (IMAGES / "columns_nodes.svg").write_text(found, encoding="utf-8")


# --- a model ---------------------------------------------------------------------------------------------------------


def _model() -> None:
    """Time = a start + a part for each node + one for each row + one for each row of each node, fitted on small runs."""
    frames = {rows: data(rows) for rows in (*FITTED_ROWS, LARGE[0])}

    def taken(rows: int, nodes: int) -> float:
        program, asked = graph(nodes)
        # The least of several: what disturbs a run only ever makes it longer.
        return min(timed(partial(_answers, program, asked, frames[rows]))[1] for _ in range(TURNS))

    runs = {(rows, nodes): taken(rows, nodes) for rows in FITTED_ROWS for nodes in FITTED_NODES}

    def terms(rows: int, nodes: int) -> list[float]:
        return [1.0, float(nodes), float(rows), float(rows) * nodes]

    times = np.array(list(runs.values()))
    shape = (
        np.array([terms(*size) for size in runs]) / times[:, None]
    )  # each run weighs the same, as a part of its time
    found, *_ = np.linalg.lstsq(shape, np.ones(len(times)), rcond=None)
    off = max(abs(float(np.dot(terms(*size), found)) / time - 1) for size, time in runs.items())
    start, node, row, cell = found
    print(f"  a model of {len(runs)} runs: {start * 1e3:.1f} ms + {node * 1e6:.1f} µs a node + {row * 1e9:.1f} ns a row"
          f" + {cell * 1e9:.3f} ns a row and node; of the runs that it is made of, off by {off:.0%} at most")  # fmt: skip
    expected, real = float(np.dot(terms(*LARGE), found)), taken(*LARGE)
    print(
        f"  {LARGE[0]:,} rows of {LARGE[1]:,} nodes: expected {expected:.2f} s, measured {real:.2f} s: off by {expected / real - 1:+.0%}"
    )
