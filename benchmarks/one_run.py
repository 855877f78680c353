"""What one run costs: whole processes, and each part of a run inside one process.

    python -m benchmarks.one_run [TURNS]

Everything is processor time, in turn, as medians of the ratios of each turn: a busy machine says little.

- Whole processes, against `python -c pass`.
- Pages: the HTML and the Markdown of one result, against a bare jinja2 render of the same template with constant data:
  the template compiled beforehand, and every filter and chart giving at once what it gave before. It is what jinja2
  itself takes for a page of that size, however little our part is.
- `fmt` of a generated rule file of 10,000 lines, and of what comes out (`fmt again`), against a bare parse of it (the same
  grammar, no builder).
"""

from __future__ import annotations

import gc
import json
import os
import platform
import sys
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from statistics import median
from typing import Any

from benchmarks.processes import RUN, seconds_of_process, with_bytecode

DAY = "2026-05-14"
LINES = 10_000
REPORT = "'report', 'alibaba', '--as-of', '" + DAY + "', '--format', '{form}'"
COMMANDS = {
    "python -c pass": "pass",
    "thesis --help": RUN.format(args="'--help'"),
    "thesis check alibaba": RUN.format(args="'check', 'alibaba'"),
    "thesis report alibaba, JSON": RUN.format(args=REPORT.format(form="json")),
    "thesis report alibaba, Markdown": RUN.format(args=REPORT.format(form="md")),
    "thesis report alibaba, HTML": RUN.format(args=REPORT.format(form="html")),
}
BASE = "python -c pass"


def machine() -> dict[str, object]:
    """On what was measured, and with what."""
    packages = ("click", "jinja2", "lark", "markupsafe", "networkx", "pydantic", "PyYAML")
    return {
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "load": round(os.getloadavg()[0], 2),
        **{name: version(name) for name in packages},
    }


# --- whole processes --------------------------------------------------------------------------------------------------


def processes(turns: int) -> Iterator[dict[str, object]]:
    """Each command as a process of its own."""
    with with_bytecode() as environment:
        for code in COMMANDS.values():
            seconds_of_process(code, environment)  # compiled and cached
        taken = [{name: seconds_of_process(code, environment) for name, code in COMMANDS.items()} for _ in range(turns)]
    for name in COMMANDS:
        yield _line(name, BASE, taken)


# --- inside one process -----------------------------------------------------------------------------------------------


def seconds(work: Callable[[], object]) -> float:
    """Processor time of one call, begun with a clean heap."""
    gc.collect()
    began = time.process_time()
    work()
    return time.process_time() - began


def in_turn(ways: dict[str, Callable[[], object]], turns: int) -> list[dict[str, float]]:
    """Each way once a turn, each turn the other way round, after a first turn that is not counted."""
    for work in ways.values():
        work()
    taken = []
    for turn in range(turns):
        order = list(ways) if turn % 2 else list(reversed(ways))
        taken.append({name: seconds(ways[name]) for name in order})
    return taken


class Played:
    """A function that gives what another gave, call by call: a page asks in the same order each time."""

    def __init__(self, real: Callable[..., Any]) -> None:
        self.real, self.given, self.at = real, list[Any](), -1
        for mark in ("jinja_pass_arg",):
            if hasattr(real, mark):
                setattr(self, mark, getattr(real, mark))

    def __call__(self, *args: Any, **named: Any) -> Any:
        """What the other gives, the first time round; then the same again."""
        if self.at < 0:
            self.given.append(self.real(*args, **named))
            return self.given[-1]
        self.at += 1
        return self.given[self.at - 1]


def bare_page(report: Any, form: Any) -> Callable[[], str]:
    """The memo's template in a bare environment of jinja2, with our filters and charts played back."""
    from evaluator.render import page

    jinja = page.environment(form, page.bundled())
    if hasattr(jinja, "overlay"):
        jinja = jinja.overlay()
    own = {name: Played(work) for name, work in jinja.filters.items() if work.__module__.startswith("evaluator.")}
    charts = {name: Played(work) for name, work in jinja.globals.items()
              if callable(work) and getattr(work, "__module__", "").startswith("evaluator.")}  # fmt: skip
    jinja.filters = {**jinja.filters, **own}
    jinja.globals = {**jinja.globals, **charts}
    if jinja.finalize is not None:
        own["finalize"] = jinja.finalize = Played(jinja.finalize)
    template = jinja.get_template(f"memo.{form}.j2")
    titles = page._titles(report)
    played = [*own.values(), *charts.values()]
    recorded = template.render(r=report, titles=titles)

    def render() -> str:
        for one in played:
            one.at = 0
        return template.render(r=report, titles=titles)

    assert render() == recorded, "a page that is played back is the page"
    return render


def pages(turns: int) -> Iterator[dict[str, object]]:
    """The pages of one result, warm."""
    import datetime as dt

    from evaluator.render.as_json import render_json
    from evaluator.render.page import render
    from evaluator.session.fact_files import facts_about
    from evaluator.session.places import find_rules, library
    from evaluator.session.reading import check_rules, load_facts
    from evaluator.session.run import run

    places = library()
    path = find_rules("alibaba", places)
    assert path is not None
    company = load_facts(*facts_about("BABA", (), path).read, ticker="BABA")[0]
    found: Any = run(check_rules(path, places), company, dt.date.fromisoformat(DAY), None, places)  # type: ignore[arg-type]
    report = found.report()
    ways: dict[str, Callable[[], object]] = {
        "bare HTML": bare_page(report, "html"), "HTML": lambda: render(report, "html"),
        "bare Markdown": bare_page(report, "md"), "Markdown": lambda: render(report, "md"),
        "JSON": lambda: render_json(report),
    }  # fmt: skip
    taken = in_turn(ways, turns)
    for name, base in (("HTML", "bare HTML"), ("Markdown", "bare Markdown"), ("JSON", "bare HTML")):
        yield _line(name, base, taken)


def layout(turns: int) -> Iterator[dict[str, object]]:
    """A long rule file laid out, its proof included."""
    from benchmarks.generate import generate
    from dsl.layout.format import format_source
    from dsl.syntax.parse import parse
    from dsl.syntax.parser_table import build
    from dsl.text.source import SourceFile

    source, bare = SourceFile("generated.thesis", generate(LINES)), build()
    laid_out = format_source(source).text
    assert laid_out is not None
    canonical = SourceFile("canonical.thesis", laid_out)
    ways: dict[str, Callable[[], object]] = {
        "bare parse": lambda: bare.parse(source.text, start="file"),
        "parse": lambda: parse(source),
        "fmt": lambda: format_source(source),
        "fmt again": lambda: format_source(canonical),
    }
    gc.disable()  # as `thesis fmt` does
    try:
        taken = in_turn(ways, turns)
    finally:
        gc.enable()
    for name in ("parse", "fmt", "fmt again"):
        yield _line(f"{name} of {LINES:,} lines", "bare parse", taken, name)


def _line(name: str, base: str, taken: list[dict[str, float]], key: str | None = None) -> dict[str, object]:
    key = key or name
    ratio = median(turn[key] / turn[base] for turn in taken)
    return {
        "what": name,
        "against": base,
        "ratio": round(ratio, 2),
        "ms": round(1000 * median(t[key] for t in taken), 1),
    }


def main() -> None:
    """Prints a line for each measure."""
    turns = int(sys.argv[1]) if len(sys.argv) > 1 else 11
    print(json.dumps(machine()), flush=True)
    for part, times in ((processes, turns), (pages, 2 * turns), (layout, max(3, turns // 3))):
        for line in part(times):
            print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
