"""What it costs to load facts from Parquet, as a ratio to a plain polars read of the same file.

    python -m benchmarks.facts.parquet [NAMES] [METRICS] [YEARS] [FOLDER]

A generated file holds a figure for each of 500 metrics of 500 names in each quarter of 10 years (10 million rows, in the
order of the names). Measured, each in a process of its own, in turn: polars reading the whole file into a frame; the
facts of one name, as a report needs them; the facts of 50 and of all names, one name after the other, as a screen over names does.
Medians of processor time, peaks of memory. The ratio of one name is what `thesis report --for` costs; what a screen over
all names costs is the price of checked facts as objects, each with its place, its source and its day.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[2]
TURNS = 3
HEAD = "name: {name}\nticker: {name}\ncurrency: USD\nfiscal_year_ends: 12-31\n"

PLAIN = "import polars as pl; frame = pl.read_parquet(path); count = len(frame)"
ONE = """
from pathlib import Path
from evaluator.readers.load import load
company, problems = load([folder / f"{last}.yaml", path], last)
assert company is not None, problems
count = len(company.facts)
"""
ALL = """
from pathlib import Path
from evaluator.readers.load import load
count = 0
for n in range(min(names, MANY)):
    company, problems = load([folder / f"N{n:03d}.yaml", path], f"N{n:03d}")
    assert company is not None, problems
    count += len(company.facts)
"""
AROUND = """
import json, resource, sys, time
from pathlib import Path
path, folder, names = Path(sys.argv[1]), Path(sys.argv[1]).parent, int(sys.argv[2])
last = f"N{{names - 1:03d}}"
started = time.perf_counter()
{body}
wall = time.perf_counter() - started
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps([used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024, count]))
"""
WAYS = {
    "polars, whole file": PLAIN,
    "facts of one name": ONE,
    "facts of 50 names": ALL.replace("MANY", "50"),
    "facts of all names": ALL.replace("MANY", "names"),
}
ONCE = {"facts of 50 names", "facts of all names"}
"""What takes minutes."""


def generate(path: Path, names: int, metrics: int, years: int) -> int:
    """Writes the file and a head for each name; how many rows."""
    import polars as pl

    quarters = pl.select(pl.date_range(pl.date(2026 - years, 3, 31), pl.date(2025, 12, 31), "3mo")).to_series()
    one = pl.DataFrame({"period_end": quarters.dt.month_end()}).join(
        pl.DataFrame({"metric": [f"metric_{n:03d}" for n in range(metrics)]}), how="cross"
    )
    frame = pl.DataFrame({"ticker": [f"N{n:03d}" for n in range(names)]}).join(one, how="cross").with_row_index("n")
    frame = frame.select(
        "ticker",
        "metric",
        "period_end",
        pl.lit("Q").alias("period_kind"),
        ((pl.col("n") * 7919 % 1_000_003) / 100).alias("value"),
        pl.lit("millions").alias("unit"),
        pl.lit("USD").alias("currency"),
        (pl.col("period_end") + pl.duration(days=40)).alias("published"),
        pl.lit("reported").alias("kind"),
        (pl.lit("Results for the quarter to ") + pl.col("period_end").cast(pl.String)).alias("source"),
    )
    frame.write_parquet(path, row_group_size=max(metrics * years * 4, 1))
    for n in range(names):
        (path.parent / f"N{n:03d}.yaml").write_text(HEAD.format(name=f"N{n:03d}"), encoding="utf-8")
    return len(frame)


def measured(body: str, path: Path, names: int) -> tuple[float, float, float, int]:
    """Processor time, wall time, peak memory in MB, and how many facts or rows there were."""
    ran = subprocess.run(
        [sys.executable, "-c", AROUND.format(body=body), str(path), str(names)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    cpu, wall, memory, count = json.loads(ran.stdout)
    return cpu, wall, memory, count


def main() -> None:
    """Prints medians, and ratios to the plain read."""
    names, metrics, years = (int(word) for word in (sys.argv[1:4] if len(sys.argv) > 3 else ("500", "500", "10")))
    with tempfile.TemporaryDirectory(dir=sys.argv[4] if len(sys.argv) > 4 else None) as folder:
        path = Path(folder) / "facts.parquet"
        made = "import sys; from benchmarks.facts.parquet import generate; from pathlib import Path; "
        made += "print(generate(Path(sys.argv[1]), *map(int, sys.argv[2:])))"
        sizes = [str(path), str(names), str(metrics), str(years)]
        # In a process of its own: a child begins with the peak of memory of who started it.
        rows = int(
            subprocess.run(
                [sys.executable, "-c", made, *sizes], cwd=ROOT, capture_output=True, text=True, check=True
            ).stdout
        )
        print(f"{rows:,} rows, {path.stat().st_size / 1e6:.0f} MB")
        found: dict[str, list[tuple[float, float, float, int]]] = {way: [] for way in WAYS}
        for turn in range(TURNS):
            for way, body in WAYS.items():
                if way not in ONCE or turn == 0:
                    found[way].append(measured(body, path, names))
    base = [median(run[n] for run in found["polars, whole file"]) for n in range(3)]
    print(f"{'':<22}{'facts':>12}{'cpu s':>9}{'ratio':>8}{'wall s':>9}{'ratio':>8}{'MB':>8}{'ratio':>8}")
    for way, runs in found.items():
        cpu, wall, memory = (median(run[n] for run in runs) for n in range(3))
        ratios = (cpu / base[0], wall / base[1], memory / base[2])
        print(
            f"{way:<22}{runs[0][3]:>12,}{cpu:>9.2f}{ratios[0]:>8.2f}{wall:>9.2f}{ratios[1]:>8.2f}{memory:>8.0f}{ratios[2]:>8.2f}"
        )


if __name__ == "__main__":
    main()
