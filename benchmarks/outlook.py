"""What `changes` and `history` cost, as times of one fresh run of the same rules and facts:

    python -m benchmarks.outlook [DAYS]

Processor time, the least of some turns: a busy machine says little.

- `changes` of the worked example between two days, by one state of the rules, and by rules with two edited declarations.
- `history` of the worked example over DAYS (90), and for each of its points.
"""

from __future__ import annotations

import datetime as dt
import sys
import time
from collections.abc import Callable

from dsl.check.checker import Checked, check_file
from dsl.text.source import SourceFile
from evaluator.outlook.earlier import of_file, turned
from evaluator.outlook.timeline import history
from evaluator.session.places import library
from evaluator.session.run import AnyDay, Run
from evaluator.session.service import company_for, names_elsewhere, rules_at

BEGIN, END = dt.date(2026, 2, 1), dt.date(2026, 5, 14)
TURNS = 5


def least(function: Callable[[], object], turns: int = TURNS) -> float:
    """Seconds of the processor, the least of some turns."""
    found = []
    for _ in range(turns):
        begun = time.process_time()
        function()
        found.append(time.process_time() - begun)
    return min(found)


def edited(checked: Checked) -> Checked:
    """The rules with another value for a threshold and a word in the condition of a catalyst."""
    text = checked.source.text
    for was, now in (
        ("strong_growth = 30%", "strong_growth = 33%"),
        ("expects cloud_growth >= 35%", "expects cloud_growth >= 36%"),
    ):
        assert was in text, f"the worked example says no `{was}`"
        text = text.replace(was, now)
    return check_file(SourceFile(checked.source.path, text), library())


def main() -> None:
    """Measures and prints."""
    length = int(sys.argv[1]) if len(sys.argv) > 1 else 90
    places = library()
    checked = rules_at("alibaba", places)
    assert isinstance(checked, Checked)
    about = company_for(checked, "BABA", ())
    company = getattr(about, "company", None)
    assert company is not None, about
    elsewhere = names_elsewhere(places)

    def days() -> AnyDay:
        return AnyDay(checked, company, places=places, elsewhere=elsewhere)

    def fresh() -> Run:
        found = days().at(END)
        assert isinstance(found, Run)
        return found

    def changes(before: Checked | None = None) -> None:
        there = days()
        then = of_file(before, there) if before is not None else None
        found = turned(there, BEGIN, END, then)  # type: ignore[arg-type]
        assert hasattr(found, "parts"), found

    points = 0

    def told() -> None:
        nonlocal points
        found = history(days(), END - dt.timedelta(days=length), END)
        points = len(found.tracks[0].points)  # type: ignore[union-attr]

    fresh()
    one = least(fresh)
    print(f"one fresh run                        {one:7.3f} s")
    for name, function in (
        ("changes", changes),
        ("changes, two declarations edited", lambda: changes(edited(checked))),
    ):
        seconds = least(function, 3)
        print(f"{name:36} {seconds:7.3f} s   {seconds / one:6.1f} fresh runs")
    seconds = least(told, 2)
    name, each = f"history of {length} days", seconds / one / points
    print(f"{name:36} {seconds:7.3f} s   {seconds / one:6.1f} fresh runs, {points} points: {each:.1f} each")


if __name__ == "__main__":
    main()
