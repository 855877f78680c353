"""What a report costs, warm: from files to the result, from the result to a page, and beside it a bare jinja2 page.

    python -m benchmarks.report [TURNS]

The worked example is evaluated and rendered again and again in one process. Stages, in milliseconds of processor time (median):
rules read and checked, facts read, the rules evaluated, the result model made, the memo as HTML and as Markdown, and the HTML in
the sandbox of an analyst's templates. Beside each page, as a ratio: the same templates filled in by jinja2 with constant
data, where every chart and drawing is made once and every filter remembers what it gave. What is left is jinja2's own: the
distance between the two is what the project's filters, charts and escaping cost. Last, with `--watch`: from a save to the page.
"""

from __future__ import annotations

import datetime as dt
import gc
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeVar

from jinja2 import Environment

from evaluator.render import page
from evaluator.render.languages.catalogue import language
from evaluator.render.outlook.pages import report_page
from evaluator.render.page import Format
from evaluator.render.text import anchors
from evaluator.servers.watch.loop import Watcher
from evaluator.servers.watch.making import Asked, Maker
from evaluator.servers.watch.serving import Board
from evaluator.session import service
from evaluator.session.run import Run

DAY = dt.date(2026, 5, 14)
TURNS = 9
FORMATS: tuple[Format, ...] = ("html", "md")
T = TypeVar("T")


class Times:
    """Milliseconds of processor time by stage."""

    def __init__(self) -> None:
        self.found: dict[str, list[float]] = {}

    def of(self, stage: str, work: Callable[[], T]) -> T:
        """Does the work, and notes how long it took."""
        began = time.process_time()
        made = work()
        self.found.setdefault(stage, []).append((time.process_time() - began) * 1_000)
        return made

    def median(self, stage: str) -> float:
        """The median of a stage, the first turn left out: it compiles and imports."""
        return statistics.median(self.found[stage][1:])


class Remembered:
    """A filter or a chart that gives what it gave in the turn before, in the order in which it is called."""

    def __init__(self, made: Callable[..., Any]) -> None:
        self.made, self.said, self.at = made, list[Any](), 0

    def __call__(self, *args: Any, **named: Any) -> Any:
        """What was given before, else what is."""
        if self.at == len(self.said):
            self.said.append(self.made(*args, **named))
        self.at += 1
        return self.said[self.at - 1]


def constant(form: Format) -> tuple[Environment, list[Remembered]]:
    """The environment of the memo with every filter and chart of the project remembered."""
    own = page.environment(form, page.bundled())
    jinja = own.overlay()
    english = language("en")
    filters, functions = (
        page._filters(form),
        {n: f for n, f in page._globals(form, english).items() if callable(f)},
    )
    kept = {name: Remembered(made) for name, made in {**filters, **functions}.items()}
    jinja.filters = {**own.filters, **{name: kept[name] for name in filters}}
    jinja.globals = {**own.globals, **{name: kept[name] for name in functions}}
    if form == "md":
        jinja.finalize = cache(page._finalize_md)
    return jinja, list(kept.values())


def evaluated(times: Times) -> Run:
    """The worked example, from its files."""
    places = service.library_at(())
    checked = times.of("rules", lambda: service.without_errors(service.rules_at("alibaba", places)))
    assert not isinstance(checked, service.Failed)
    about = times.of("facts", lambda: service.company_for(checked, None, ()))
    assert not isinstance(about, service.Failed)
    run = times.of("evaluation", lambda: service.run_on(checked, about.company, DAY, {}, places))
    assert not isinstance(run, service.Failed)
    return run


def turn(times: Times, folder: Path, bare: dict[Format, tuple[Environment, list[Remembered]]]) -> None:
    """All stages once."""
    report = times.of("result", evaluated(times).report)
    times.of("html", lambda: report_page(report, "html"))
    times.of("md", lambda: report_page(report, "md"))
    times.of("html in the sandbox", lambda: report_page(report, "html", folder))
    context = {
        "r": report,
        "titles": page._titles(report),
        "sections": page.SECTIONS,
        "beside": {},
        "anchors": anchors(report),
    }
    for form, (jinja, kept) in bare.items():
        for one in kept:
            one.at = 0
        fill = partial(
            jinja.get_template(f"memo.{form}.j2").render, house=None, page_policy=page.PAGE_POLICY, **context
        )
        times.of(f"bare {form}", fill)


def main() -> None:
    """Measures and prints."""
    gc.set_threshold(50_000, 20, 100)
    turns = int(sys.argv[1]) if len(sys.argv) > 1 else TURNS
    times, bare = Times(), {form: constant(form) for form in FORMATS}
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "house.yaml").write_text("name: A\n", encoding="utf-8")
        for _ in range(turns):
            turn(times, Path(folder), bare)
    for stage in (
        "rules",
        "facts",
        "evaluation",
        "result",
        "html",
        "html in the sandbox",
        "md",
        "bare html",
        "bare md",
    ):
        print(f"{stage:<24} {times.median(stage):7.1f} ms   first {times.found[stage][0]:7.1f} ms")
    for form in ("html", "md"):
        print(f"{form}, to jinja2 with constant data {times.median(form) / times.median(f'bare {form}'):5.2f}")
    print(f"result and html          {times.median('result') + times.median('html'):7.1f} ms")
    watched(turns)


def watched(turns: int) -> None:
    """From a save to the page, in a copy of the rules and facts that ship."""
    root = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(root / "rules", Path(folder) / "rules")
        os.chdir(folder)
        try:
            asked = Asked("alibaba", None, (), lambda: DAY, (), service.library_at(()))
            watcher = Watcher(Maker(asked).make, Board(), repr)
            time.sleep(0.1)
            watcher.made()
            for name in ("alibaba.thesis", "facts/BABA.yaml"):
                path, walls, cpus = Path("rules") / name, list[float](), list[float]()
                for turn in range(turns):
                    text = path.read_text(encoding="utf-8")
                    time.sleep(0.05)
                    path.write_text(f"{text}# {turn}\n", encoding="utf-8")
                    wall, cpu = time.perf_counter(), time.process_time()
                    while watcher.look() is None:
                        time.sleep(0.025)
                    walls.append((time.perf_counter() - wall) * 1_000)
                    cpus.append((time.process_time() - cpu) * 1_000)
                print(
                    f"save of {name:<17} {statistics.median(walls):6.0f} ms to the page, {statistics.median(cpus):4.0f} ms of processor"
                )
        finally:
            os.chdir(root)


if __name__ == "__main__":
    main()
