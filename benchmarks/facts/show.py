"""How the facts of one name grow: `thesis facts show` on n, 2n, 4n and 8n daily prices, whole and by parts.

    python -m benchmarks.facts.show [N]

Processor time. What is linear doubles from line to line (`x` is the ratio to the line above); the test that holds this
counts instructions instead (`tests/evaluator/checkup/test_growth.py`).
"""

from __future__ import annotations

import datetime as dt
import gc
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.processes import RUN, seconds_of_process, with_bytecode

DAY = dt.date(2026, 5, 14)
RULES = """\
rules prices
input price "Share price" : money per day
pillar worth "Is it cheap?"
bull cheap "Cheap" on worth when price < 100 CNY
"""
HEAD = "name: Acme\nticker: ACME\ncurrency: CNY\nfiscal_year_ends: 03-31\nfacts:\n  price:\n"
FACT = "    - {{date: {day}, value: {value:.2f}, published: {day}, kind: reported, source: Exchange}}\n"


def prices(count: int) -> str:
    """A facts file with a price for each of so many days."""
    days = (DAY - dt.timedelta(days=count - n) for n in range(count))
    return HEAD + "".join(FACT.format(day=day, value=90 + n % 700 / 35) for n, day in enumerate(days))


def parts(facts: Path, rules: Path) -> dict[str, float]:
    """What each part of it costs, in one process, with Python's collector set as the command line sets it."""
    from dsl.check.checker import Checked
    from dsl.text.source import SourceFile
    from evaluator.checkup.audit import audit
    from evaluator.checkup.fact_tables import shown_names
    from evaluator.commands.main import COLLECTED
    from evaluator.facts.yamltree import read_yaml
    from evaluator.known.bind import bind
    from evaluator.readers.load import load
    from evaluator.session.places import library
    from evaluator.session.reading import check_rules

    gc.set_threshold(*COLLECTED)
    checked: Any = check_rules(rules, library())
    assert isinstance(checked, Checked)
    assert checked.program is not None
    program, source = checked.program, SourceFile.read(facts)
    company: Any = load([facts])[0]
    work: dict[str, Callable[[], object]] = {
        "YAML": lambda: read_yaml(source),
        "YAML and pydantic": lambda: load([facts]),
        "bind": lambda: bind(program, company),
        "tables": lambda: shown_names(program, company, DAY),
        "audit": lambda: audit(program, company, DAY),
    }
    taken = {}
    for name, one in work.items():
        gc.collect()
        began = time.process_time()
        one()
        taken[name] = time.process_time() - began
    return taken


def main() -> None:
    """Prints a line for each length."""
    first = int(sys.argv[1]) if len(sys.argv) > 1 else 2_500
    before: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder, with_bytecode() as environment:
        facts, rules = Path(folder, "ACME.yaml"), Path(folder, "prices.thesis")
        rules.write_text(RULES, "utf-8")
        command = RUN.format(args=f"'facts', 'show', {str(facts)!r}, '--rules', {str(rules)!r}, '--as-of', '{DAY}'")
        for count in (first, 2 * first, 4 * first, 8 * first):
            facts.write_text(prices(count), "utf-8")
            seconds_of_process(command, environment)
            taken = {"facts show, a process": seconds_of_process(command, environment), **parts(facts, rules)}
            shown = {name: f"{t:.2f}" + (f" x{t / before[name]:.1f}" if before else "") for name, t in taken.items()}
            print(json.dumps({"prices": count, **shown}), flush=True)
            before = taken


if __name__ == "__main__":
    main()
