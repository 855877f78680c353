"""Draws of a representative thesis (20 inputs, 15 metrics, 12 conditions, a score, 3 tables) against hand-written polars on the same
draws: `python -m benchmarks.simulate [DRAWS]` (needs scipy and polars).

Both are timed in turns, drawing counted and without it; medians and ratios are printed, by the clock and by the time of the
processor (which other work on the machine changes less). The polars side is what somebody would write
who knows the rules: no tolerance, nothing that may be missing or means nothing; it is held to the same shares of the first verdict.
"""

from __future__ import annotations

import datetime as dt
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from dsl.check.checker import check_file
from dsl.link.load import Library
from dsl.text.source import SourceFile
from evaluator.draws.counting import _histogram, counted
from evaluator.draws.ready import BLOCK, Ready, ready
from evaluator.draws.sequences import batches, sizes
from evaluator.readers.load import read_company
from evaluator.session.run import Run, run

INPUTS, METRICS, CONDITIONS = 20, 15, 12
TURNS = 5


def rules() -> str:
    """The thesis as text."""
    lines = ['thesis drawn "Drawn" for AAA since 2025-01-01']
    lines += [f'input x{n} "X {n}" : percent per quarter' for n in range(INPUTS)]
    lines += [f"metric m{n} = (x{n} + x{n + 1}) / (x{n + 2} + 50%) - x{n + 3} * x{n + 5}" for n in range(METRICS)]
    lines += ['pillar p "P"', 'pillar q "Q"']
    for n in range(CONDITIONS):
        side, pillar = ("bull", "p") if n % 2 else ("bear", "q")
        lines.append(
            f"{side} c{n} on {pillar} weight {1 + n % 3} when m{n} > {10 + n % 7 / 10} * 1% and x{n + 7} < {9 + n % 5}%"
        )
    for name, first in (("one", 0), ("two", 3), ("three", 6)):
        lines.append(
            f'verdict {name} "{name}" when c{first} and not c{first + 1} then "A" when c{first + 2} or c{first + 3} then "B" '
            f'when m{first + 8} > 10% then "C" otherwise "D"'
        )
    lines += [f"uncertain x{n} ~ normal({8 + n % 5}%, {2 + n % 3}pp)" for n in range(INPUTS)]
    return "\n".join(lines) + "\n"


def made() -> Run:
    """The thesis on a company with one quarter."""
    checked = check_file(SourceFile("main.thesis", rules()), Library(()))
    facts = "".join(
        f"  x{n}:\n    - {{period: 2026-03-31, value: 10%, published: 2026-04-20, kind: reported, source: S}}\n"
        for n in range(INPUTS)
    )
    head = "name: A\nticker: AAA\ncurrency: USD\nfiscal_year_ends: 12-31\nfacts:\n"
    company, _ = read_company(SourceFile("facts.yaml", head + facts))
    found = run(checked, company, dt.date(2026, 5, 14))
    assert isinstance(found, Run)
    return found


def by_polars(columns: dict[str, Any]) -> dict[str, float]:
    """The same rules by hand, streaming; the shares of the first verdict."""
    import polars as pl

    c = pl.col
    frame = pl.LazyFrame(columns)
    frame = frame.with_columns(
        **{
            f"m{n}": (c(f"x{n}") + c(f"x{n + 1}")) / (c(f"x{n + 2}") + 0.5) - c(f"x{n + 3}") * c(f"x{n + 5}")
            for n in range(METRICS)
        }
    )
    frame = frame.with_columns(
        **{
            f"c{n}": (c(f"m{n}") > (10 + n % 7 / 10) * 0.01) & (c(f"x{n + 7}") < (9 + n % 5) / 100)
            for n in range(CONDITIONS)
        }
    )
    weights = [1 + n % 3 for n in range(CONDITIONS)]
    signed = [w if n % 2 else -w for n, w in enumerate(weights)]
    frame = frame.with_columns(
        score=pl.sum_horizontal([c(f"c{n}").cast(pl.Float64) * s for n, s in enumerate(signed)]) / sum(weights),
        **{
            name: pl.when(c(f"c{first}") & ~c(f"c{first + 1}")).then(pl.lit(0, pl.UInt8))
            .when(c(f"c{first + 2}") | c(f"c{first + 3}")).then(pl.lit(1, pl.UInt8))
            .when(c(f"m{first + 8}") > 0.1).then(pl.lit(2, pl.UInt8)).otherwise(pl.lit(3, pl.UInt8))
            for name, first in (("one", 0), ("two", 3), ("three", 6))
        },
    )  # fmt: skip
    wanted = [c("score").mean()]
    wanted += [c(f"c{n}").mean() for n in range(CONDITIONS)]
    wanted += [(c(name) == code).mean().alias(f"{name}{code}") for name in ("one", "two", "three") for code in range(4)]
    found = frame.select(wanted).collect(engine="streaming")
    return {column: float(found[column][0]) for column in found.columns}


def on_columns(drawn: Ready, columns: list[Any], size: int) -> dict[int, int]:
    """The rules of the program on columns that are there already; how often each outcome of the first verdict came."""
    found: dict[int, int] = {}
    for start in range(0, size, BLOCK):
        block = drawn.model.run([x[start : start + BLOCK] for x in columns], min(BLOCK, size - start))
        for code, many in _histogram(block.verdicts["one"], block.size):
            found[code] = found.get(code, 0) + many
        for name in ("two", "three"):
            list(_histogram(block.verdicts[name], block.size))
        for codes in block.conditions.values():
            list(_histogram(codes, block.size))
    return found


def timed(function: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock, and of the processor."""
    begun, used = time.perf_counter(), time.process_time()
    function()
    return time.perf_counter() - begun, time.process_time() - used


def main() -> None:
    """Measures and prints."""
    draws = int(sys.argv[1]) if len(sys.argv) > 1 else 1 << 20
    found = made()
    drawn = ready(found.evaluation, found.plain(), (), "sobol", 1)
    count, _ = batches(draws)

    def all_drawn() -> list[Any]:
        parts = [drawn.drawn(drawn.chances.batch(at, sizes(draws, count, at))) for at in range(count)]
        return [np.concatenate([part[at] for part in parts]) for at in range(INPUTS)]

    columns = all_drawn()
    named = {f"x{n}": column for n, column in enumerate(columns)}
    ours, theirs = on_columns(drawn, columns, draws), by_polars(named)
    for code in range(4):
        assert abs(ours.get(1 << code, 0) / draws - theirs[f"one{code}"]) < 1e-6, (ours, theirs)
    times: dict[str, list[tuple[float, float]]] = {}
    for _ in range(TURNS):
        for name, function in (
            ("drawing alone", all_drawn),
            ("polars on the same draws", lambda: by_polars(named)),
            ("columns, one thread", lambda: on_columns(drawn, columns, draws)),
            ("simulate, one thread", lambda: counted(drawn, draws, 1)),
            ("simulate, two threads", lambda: counted(drawn, draws, 2)),
        ):
            times.setdefault(name, []).append(timed(function))
    for at, by in enumerate(("the clock", "the processor")):
        medians = {name: statistics.median(one[at] for one in each) for name, each in times.items()}
        print(f"By {by}")
        for name, seconds in medians.items():
            print(f"  {name:28} {seconds:7.3f} s   {draws / seconds / 1e6:6.2f} million draws a second")
        polars = medians["polars on the same draws"]
        print(f"  columns / polars, drawing not counted: {medians['columns, one thread'] / polars:.2f}")
        both = medians["drawing alone"] + polars
        best = min(medians["simulate, one thread"], medians["simulate, two threads"])
        print(f"  simulate / (drawing + polars): {best / both:.2f}")


if __name__ == "__main__":
    main()
