"""Times and memory of several ways to the same answers, in turns of one run; before, all are held to each other."""

from __future__ import annotations

import gc
import importlib.metadata
import importlib.util
import multiprocessing as mp
import os
import platform
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import polars as pl

from benchmarks.columns import here, peers
from benchmarks.columns.thesis import ANSWERS, checked, data, rules

BASE = "polars by hand"
PACKAGES = ("polars", "numpy", "duckdb", "ibis-framework", "sf-hamilton")


@dataclass(frozen=True)
class Way:
    """A way to the answers. `given`: the form of the figures that it takes, made before the clock starts."""

    run: Callable[[Any], Any]
    given: Callable[[pl.DataFrame], Any] = lambda frame: frame
    frame: Callable[[pl.DataFrame, Any], pl.DataFrame] = lambda _, found: found
    """Its answers as polars has them."""


@contextmanager
def ways() -> Iterator[dict[str, Way]]:
    """All ways for which there is what they need; says which there is not."""
    found = {
        "thesis": Way(partial(here.thesis, checked(rules()))),
        BASE: Way(here.by_hand),
        "numpy in blocks": Way(here.with_numpy, peers.arrays, here.as_frame),
    }
    beside = {
        "DuckDB SQL": ("duckdb", Way(peers.with_duckdb)), "ibis on DuckDB": ("ibis", Way(peers.with_ibis)),
        "Hamilton on numpy": ("hamilton", Way(peers.with_hamilton, peers.arrays, here.as_frame)),
    }  # fmt: skip
    for name, (package, way) in beside.items():
        if importlib.util.find_spec(package) is None:
            print(f"  {name} is left out: {package} is not installed")
        else:
            found[name] = way
    with peers.compiled() as program:
        if program is None:
            print("  C is left out: there is no compiler")
        else:
            found["C, two threads"] = Way(program, peers.arrays, here.as_frame)
        yield found


def machine() -> str:
    """Versions, and what the machine has to do besides."""
    versions = []
    for package in PACKAGES:
        try:
            versions.append(f"{package} {importlib.metadata.version(package)}")
        except importlib.metadata.PackageNotFoundError:
            continue
    return f"Python {platform.python_version()}, {', '.join(versions)}; {mp.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"


def agree(found: Mapping[str, pl.DataFrame]) -> None:
    """Raises AssertionError where two ways differ in any row."""
    base = found[BASE].sort("name")
    for name, other in found.items():
        other = other.sort("name")
        for column in ANSWERS:
            a, b = base[column], other[column]
            assert (a.is_null() == b.is_null()).all(), f"{name}: {column} is missing in other rows"
            if a.dtype == pl.Float64:
                gap = (a - b).abs() <= 1e-9 * pl.select(pl.max_horizontal(a.abs(), b.abs(), pl.lit(1e-3))).to_series()
                assert gap.fill_null(True).all(), f"{name}: {column}"
            else:
                assert (a == b).fill_null(True).all(), f"{name}: {column}"


def _memory(way: str, rows: int, pipe: Any) -> None:
    frame = data(rows)
    with ways() as found:
        one = found[way]
        one.run(one.given(frame.head(1000)))
        given = one.given(frame)
        gc.collect()
        Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
        before = _peak()
        answers = one.run(given)
        pipe.send((_peak() - before, answers is not None))


def _peak() -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def memory(way: str, rows: int) -> float:
    """Peak of a process of its own above the data, in MB."""
    context = mp.get_context("spawn")
    here_, there = context.Pipe()
    process = context.Process(target=_memory, args=(way, rows, there))
    process.start()
    used: int = here_.recv()[0]
    process.join()
    return used / 1024


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds of the clock and of the processor."""
    gc.collect()
    began, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - began, time.process_time() - cpu


def in_turns(works: Mapping[str, Callable[[], object]], turns: int) -> dict[str, list[tuple[float, float]]]:
    """The times of each, taken in turns."""
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in works}
    for _ in range(turns):
        for name, work in works.items():
            found[name].append(timed(work))
    return found


def ratios(some: Sequence[tuple[float, float]], base: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Medians of the ratios of turns next to each other: of the clock, of the processor."""
    clock, cores = (median(a[of] / b[of] for a, b in zip(some, base, strict=True)) for of in (0, 1))
    return clock, cores


def compared(rows: int, turns: int) -> None:
    """Times, ratios and memory of each way."""
    frame = data(rows)
    with ways() as found:
        given = {name: way.given(frame) for name, way in found.items()}
        agree({name: way.frame(frame, way.run(given[name])) for name, way in found.items()})
        taken = in_turns({name: partial(way.run, given[name]) for name, way in found.items()}, turns)
    print(
        f"{rows:,} rows, all ways agree on every row. Medians of {turns} turns: clock, ratio; processor, ratio; memory above the data"
    )
    for name, each in taken.items():
        clock, cores = ratios(each, taken[BASE])
        print(
            f"  {name:18} {median(x for x, _ in each) * 1e3:8.1f} ms {clock:6.2f}   {median(x for _, x in each) * 1e3:8.1f} ms {cores:6.2f}"
            f"   {memory(name, rows):7.0f} MB", flush=True
        )  # fmt: skip


def of_the_engine(rows: int, turns: int) -> None:
    """The engine where rows are odd, and with all that a screen asks for."""
    program, frame = checked(rules()), data(rows)
    works: dict[str, Callable[[], object]] = {
        BASE: partial(here.by_hand, frame), "thesis": partial(here.thesis, program, frame),
        "with states, bounds, words": partial(here.whole, program, frame),
    }  # fmt: skip
    for odd in (0.001, 0.01, 0.1):
        works[f"one figure in {round(1 / odd):,} is 0"] = partial(here.thesis, program, data(rows, odd))
    taken = in_turns(works, turns)
    print(f"{rows:,} rows, the engine alone. Medians of {turns} turns: clock, ratio; processor, ratio")
    for name, each in taken.items():
        clock, cores = ratios(each, taken[BASE])
        print(
            f"  {name:28} {median(x for x, _ in each) * 1e3:8.1f} ms {clock:6.2f}   {median(x for _, x in each) * 1e3:8.1f} ms {cores:6.2f}"
        )
