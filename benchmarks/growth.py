"""How time and memory grow with the size of the work: whole commands on n, 2n, 4n and 8n of something.

    python -m benchmarks.growth [CASE ...]

For each case a line a size: seconds of processor time and megabytes at the peak, each with its ratio to the line above (what
is linear comes to 2), both less what the command costs on next to nothing. A run is stopped at LIMIT seconds, and says so.
"""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.processes import ROOT, RUN, with_bytecode

LIMIT = 40
"""Seconds after which a run is stopped."""
DAY = dt.date(2026, 5, 14)
HEAD = "name: Acme\nticker: ACME\ncurrency: USD\nfiscal_year_ends: 12-31\n"
PRICES = 'input price "Share price" : money per day\n'
REPORT = ("report", "growth.thesis", "--for", "ACME", "--facts", "facts", "--as-of", str(DAY), "--format", "json")
AROUND = """
import resource
try:
    {run}
finally:
    import sys
    used = resource.getrusage(resource.RUSAGE_SELF)
    print("", round(used.ru_utime + used.ru_stime, 3), round(used.ru_maxrss / 1024), file=sys.stderr)
"""


@dataclass(frozen=True)
class Case:
    """A command on n of something: `files` are what it finds in its folder, by their paths."""

    about: str
    sizes: tuple[int, ...]
    files: Callable[[int], Mapping[str, str | bytes]]
    command: Sequence[str] = REPORT


def doubled(first: int) -> tuple[int, ...]:
    """n, 2n, 4n, 8n."""
    return tuple(first * times for times in (1, 2, 4, 8))


# --- daily prices ----------------------------------------------------------------------------------------------


def weekdays(count: int) -> list[dt.date]:
    """So many days of trade up to the as-of date, the oldest first."""
    days: list[dt.date] = []
    day = DAY
    while len(days) < count:
        if day.weekday() < 5:
            days.append(day)
        day -= dt.timedelta(days=1)
    return days[::-1]


def price(n: int) -> float:
    """A price that rises, falls, and rises again."""
    return round(90 + n % 700 / 35 + n % 97 / 10 + n / 100, 2)


def daily(count: int) -> dict[str, str]:
    """A head and a file of prices as vendors write it."""
    rows = "".join(f"{day},{price(n)}\n" for n, day in enumerate(weekdays(count)))
    head = HEAD + 'files:\n  prices.csv: {source: "Exchange"}\n'
    return {"facts/ACME/ACME.yaml": head, "facts/ACME/prices.csv": "Date,Close\n" + rows}


def on_prices(*declared: str) -> Callable[[int], Mapping[str, str]]:
    """Rules about a daily price, and so many prices."""
    rules = "rules growth\n" + PRICES + 'pillar worth "Is it cheap?"\n' + "".join(f"{line}\n" for line in declared)
    return lambda count: {"growth.thesis": rules, **daily(count)}


def rated(*declared: str) -> Callable[[int], Mapping[str, str]]:
    """The same with a rate of exchange for each day."""
    made = on_prices(*declared)

    def files(count: int) -> dict[str, str]:
        rates = "".join(f"  - {{of: EUR, to: USD, value: 1.{n % 7}, date: {day}, published: {day}, source: R}}\n"
                        for n, day in enumerate(weekdays(count)))  # fmt: skip
        found = dict(made(count))
        return {**found, "facts/ACME/ACME.yaml": found["facts/ACME/ACME.yaml"] + "exchange_rates:\n" + rates}

    return files


def _bull(condition: str) -> str:
    return f'bull cheap "Cheap" on worth when {condition}'


def parquet(count: int) -> dict[str, str | bytes]:
    """Prices in Parquet, and three metrics on them."""
    import io

    import polars as pl

    days = weekdays(count)
    frame = pl.DataFrame({"metric": ["price"] * count, "date": days, "value": [price(n) for n in range(count)]})
    frame = frame.with_columns(published=pl.col("date"), kind=pl.lit("reported"), source=pl.lit("Exchange"))
    made = io.BytesIO()
    frame.write_parquet(made)
    rules = on_prices(
        'metric average_price "Average" = average(price, 200 days)',
        'metric fall "Fall" = drawdown(price, 1 year)',
        'metric gain "Gain" = yoy(price)',
        _bull("fall > 20% and price < average_price and gain < 0%"),
    )(1)["growth.thesis"]
    return {"growth.thesis": rules, "facts/ACME/ACME.yaml": HEAD, "facts/ACME/prices.parquet": made.getvalue()}


# --- rules ----------------------------------------------------------------------------------------------------


def quarters(*names: str) -> dict[str, str]:
    """A few quarters of some figures."""
    ends = ("2025-03-31", "2025-06-30", "2025-09-30", "2025-12-31", "2026-03-31")
    rows = "".join(
        f"{name},{end},{100 + n},{dt.date.fromisoformat(end) + dt.timedelta(days=30)},reported,Results\n"
        for name in names
        for n, end in enumerate(ends)
    )
    return {
        "facts/ACME/ACME.yaml": HEAD,
        "facts/ACME/results.csv": "metric,period,value,published,kind,source\n" + rows,
    }


REVENUE = 'rules growth\ninput revenue "Revenue" : money per quarter\n'


def conditions(count: int) -> dict[str, str]:
    """So many conditions on four pillars, and a table that reads the pillars."""
    pillars = "".join(f'pillar p{n} "Does {n} hold?"\n' for n in range(4))
    bulls = "".join(
        f'{("bull", "bear")[n % 2]} c{n} "Condition {n}" on p{n % 4} when revenue > {n % 200} USD\n'
        for n in range(count)
    )
    table = 'verdict v "What to do"\n  when p0 is supported then "Buy" bullish\n  otherwise "Wait" neutral\n'
    return {"growth.thesis": REVENUE + pillars + bulls + table, **quarters("revenue")}


def metrics(count: int) -> dict[str, str]:
    """A chain of metrics, each made of the one before."""
    chain = "".join(f'metric m{n} "Metric {n}" = {f"m{n - 1}" if n else "revenue"} * 1.001\n' for n in range(count))
    last = f'pillar p "Does it hold?"\nbull c "High" on p when m{count - 1} > 100 USD\n'
    return {"growth.thesis": REVENUE + chain + last, **quarters("revenue")}


def sums(count: int) -> dict[str, str]:
    """The same with sums: of products the exact fractions of a proof have as many digits as the chain has links."""
    return {name: text.replace(" * 1.001", " + 1 USD") for name, text in metrics(count).items()}


def forecasts(count: int) -> dict[str, str]:
    """A chain of forecasts, each beginning with the one before."""
    chain = "".join(
        f'forecast f{n} "Forecast {n}" for 3 years\n  starts {f"f{n - 1}" if n else "ttm(revenue)"}\n  then previous * 1.001\n'
        for n in range(count)
    )
    last = f'pillar p "Does it hold?"\nbull c "High" on p when f{count - 1} > 100 USD\n'
    return {"growth.thesis": REVENUE + chain + last, **quarters("revenue")}


def modules(count: int) -> dict[str, str]:
    """A chain of modules, each using the next."""
    files = {
        f"m{n}.thesis": f'rules m{n} "Module {n}"\n' + (f"  uses m{n + 1}\n" if n + 1 < count else "")
        + f'metric x{n} "Figure {n}" = {f"x{n + 1} + 1" if n + 1 < count else "1"}\n'
        for n in range(count)
    }  # fmt: skip
    return {
        **files,
        "growth.thesis": 'rules growth "All"\n  uses m0\n' + 'pillar p "Holds?"\nbull c "High" on p when x0 > 1\n',
    }


def pillars(count: int) -> dict[str, str]:
    """So many pillars, each with a bull and a bear, and a table that asks for each."""
    parts = "".join(
        f'pillar p{n} "Does {n} hold?"\nbull b{n} "High" on p{n} when revenue > {n} USD\n'
        f'bear l{n} "Low" on p{n} when revenue < {n // 2} USD\n'
        for n in range(count)
    )
    rows = "".join(f'  when p{n} is supported then "Outcome {n}" bullish\n' for n in range(count))
    return {"growth.thesis": REVENUE + parts + f'verdict v "What to do"\n{rows}  otherwise "Wait" neutral\n'}


def tables(count: int) -> dict[str, str]:
    """Tables, each asking for the outcome of the one before."""
    rows = "".join(
        f'verdict v{n} "Table {n}"\n  when {f"v{n - 1} is {chr(34)}Buy{chr(34)}" if n else "p is supported"} then "Buy" bullish\n'
        '  otherwise "Wait" neutral\n'
        for n in range(count)
    )
    return {"growth.thesis": REVENUE + 'pillar p "Holds?"\nbull c "High" on p when revenue > 1 USD\n' + rows}


# --- folders --------------------------------------------------------------------------------------------------


def links(count: int) -> dict[str, str]:
    """Rules in a folder that holds so many links to itself (`->` is where a link leads)."""
    return {"a.thesis": "rules a\n", **{f"link{n}": "->." for n in range(count)}}


CASES = {
    "prices": Case("a report on daily prices, windows of 200 days and a year", doubled(1_250), on_prices(
        'metric average_price "Average" = average(price, 200 days)', 'metric fall "Fall" = drawdown(price, 1 year)',
        _bull("fall > 20% and price < average_price"))),
    "ten_years": Case("the same with a window of ten years", doubled(1_250), on_prices(_bull("price < average(price, 10 years)"))),
    "whole": Case("windows as long as the days", doubled(3_125), on_prices(
        _bull("average(price, 100 years) < 100 USD or drawdown(price, 60 years) > 20% or high(price, 50 years) > 10 USD"))),
    "nested": Case("a window of windows, in days", doubled(3_125), on_prices(
        _bull("drawdown(average(price, 10 years), 10 years) > 20%"))),
    "spread": Case("median, stdev, volatility and trend over ten years", doubled(1_250), on_prices(
        _bull("median(price, 10 years) > 1 USD or stdev(price, 10 years) > 1 USD or volatility(price, 10 years) > 1% or "
              "trend(price, 10 years) > 1 USD"))),
    "lasting": Case("a condition that must last 9,000 days", doubled(3_125), on_prices(
        'bull above "Above" on worth when price > 1 USD', _bull("price > 1 USD for 9000 days"))),
    "streak": Case("how long a condition has held", doubled(3_125), on_prices(
        'bull above "Above" on worth when price > 1 USD', _bull("streak(above) > 100"))),
    "kill": Case("a kill on a daily price", doubled(1_250), on_prices(
        _bull("price < 100 USD"), 'kill fell "It fell" when drawdown(price, 1 year) > 80%')),
    "kill_rates": Case("the same with a threshold in another currency, and a rate of exchange for each day", doubled(1_250), rated(
        _bull("price < 100 USD"), 'kill fell "It fell" when price < 1 EUR')),
    "latest": Case("a newest figure beside daily prices", doubled(1_250), lambda count: {
        **on_prices('input sales "Sales" : money per quarter', 'metric parts "Parts" = price / latest(sales)',
                    _bull("average(parts, 1 year) < 100"))(count), **{
            name: text for name, text in quarters("sales").items() if name.endswith("csv")}}),
    "facts_show": Case("`facts show` of daily prices", doubled(2_500), on_prices(_bull("price < 100 USD")),
                       ("facts", "show", "ACME", "price", "--rules", "growth.thesis", "--as-of", str(DAY))),
    "parquet": Case("prices from Parquet and three metrics", doubled(2_500), parquet),
    "conditions": Case("conditions in one thesis", doubled(250), conditions),
    "portable": Case("`portable` of as many", doubled(250), conditions, ("portable", "growth.thesis", "--for", "ACME", "--facts", "facts")),
    "metrics": Case("a chain of metrics", doubled(125), metrics),
    "forecasts": Case("a chain of forecasts", doubled(125), forecasts),
    "modules": Case("a chain of modules", doubled(50), modules, ("check", "growth.thesis")),
    "prove_metrics": Case("`prove` on a chain of metrics", doubled(125), sums, ("prove", "growth.thesis")),
    "prove_pillars": Case("`prove` of a table over pillars", doubled(40), pillars, ("prove", "growth.thesis")),
    "prove_tables": Case("`prove` of tables that ask for the table before", doubled(125), tables, ("prove", "growth.thesis")),
    "links": Case("`list` in a folder with links to itself", doubled(5), links, ("list",)),
}  # fmt: skip


# --- running --------------------------------------------------------------------------------------------------


def write(folder: Path, files: Mapping[str, str | bytes]) -> None:
    """Puts the files of a case into a folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(text, bytes):
            path.write_bytes(text)
        elif text.startswith("->"):
            path.symlink_to(text[2:])
        else:
            path.write_text(text, "utf-8")


def run(case: Case, size: int, environment: Mapping[str, str]) -> tuple[float, float, str]:
    """Seconds of processor time, megabytes at the peak, and what went wrong."""
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), case.files(size))
        code = AROUND.format(run=RUN.format(args=", ".join(map(repr, case.command))))
        known = {**environment, "PYTHONPATH": str(ROOT)}
        try:
            ran = subprocess.run(
                [sys.executable, "-c", code], cwd=folder, env=known, capture_output=True, text=True, timeout=LIMIT
            )
        except subprocess.TimeoutExpired:
            return float(LIMIT), 0.0, f"stopped after {LIMIT} s"
    *said, cost = ran.stderr.strip().split("\n")
    seconds, memory = (float(word) for word in cost.split())
    return seconds, memory, "" if ran.returncode in (0, 1) else (said or [""])[-1]


def curve(name: str, environment: Mapping[str, str]) -> Iterable[dict[str, object]]:
    """A line for each size of a case; the first of the empty run is not shown."""
    case = CASES[name]
    run(case, 2, environment)
    idle_seconds, idle_memory, _ = run(case, 2, environment)
    before: tuple[float, float] | None = None
    for size in case.sizes:
        seconds, memory, wrong = run(case, size, environment)
        now = max(seconds - idle_seconds, 0.0), max(memory - idle_memory, 0.0)
        ratios = {} if before is None else {
            key: round(mine / one, 1) for key, mine, one in zip(("time_x", "memory_x"), now, before, strict=True) if one
        }  # fmt: skip
        yield {
            "n": size,
            "seconds": round(seconds, 2),
            "MB": round(memory),
            **ratios,
            **({"wrong": wrong} if wrong else {}),
        }
        before = now
        if wrong:
            return


def main() -> None:
    """Prints the curves of the cases named, or of all."""
    with with_bytecode() as environment:
        for name in sys.argv[1:] or CASES:
            print(f"{name}: {CASES[name].about}", flush=True)
            for line in curve(name, environment):
                print("  " + json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
